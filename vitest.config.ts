import { defineConfig } from 'vitest/config'

// Needs only Node, git and a shell, but so many of their processes that the unit tests would pass a minute.
const manyProcesses = 'test/runner/conformance/workflows.test.ts'

// Two projects: `unit` needs nothing but Node; `integration` needs compilers,
// QEMU and podman, builds real kernels and shares them (test/support).
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // One set of modules for all files of a worker: half the time. What a test changes of the process is put back.
          isolate: false,
          unstubEnvs: true,
          restoreMocks: true,
          include: ['{src,cache-server,scripts,actions,test/runner,test/fake-github}/**/*.test.ts'],
          exclude: ['**/dist/**', '**/node_modules/**', '.cache/**', manyProcesses],
          server: { deps: { inline: [/@actions\/(workflow-parser|languageservice|expressions)/] } },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/*/**/*.test.ts'],
          exclude: [
            'test/runner/*.test.ts',
            'test/runner/conformance/expressions.test.ts',
            'test/fake-github/**',
            'test/full/**',
            '.cache/**',
          ],
          testTimeout: 600_000,
          hookTimeout: 1_200_000,
          maxWorkers: 2,
          server: { deps: { inline: [/@actions\/(workflow-parser|languageservice|expressions)/] } },
        },
      },
      {
        test: {
          name: 'full',
          include: ['test/full/**/*.test.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 1_200_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
