import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Build, Diagnostic, Run, TestResult } from '#schema/documents'

/** Writes a run directory of the given results; the verdict follows them unless `more` says otherwise. */
export async function writeRun(
  directory: string,
  lines: readonly TestResult[],
  more: Partial<Run> = {},
): Promise<string> {
  const counts = { pass: 0, fail: 0, skip: 0, xfail: 0 }
  for (const { status } of lines) counts[status] += 1
  const run: Run = {
    version: 1,
    kind: 'run',
    state: 'done',
    verdict: counts.fail > 0 ? 'fail' : 'pass',
    cause: null,
    environment: 'qemu-x86_64',
    device: 'qemu-x86_64',
    board: null,
    arch: 'x86_64',
    started: '2026-11-23T10:00:00Z',
    finished: '2026-11-23T10:00:09Z',
    duration_seconds: 9,
    kernel: { release: '6.12.0', file: 'bzImage', sha256: null, build: null, commit: null },
    suites: [],
    counts,
    crashes: [],
    timings: { first_byte_seconds: 0.3, boot_seconds: 1.5 },
    kernel_started: true,
    emulator: null,
    missing: [],
    reproduce: 'lkft boot --kernel bzImage --device qemu-x86_64',
    lkft: { version: '0.1.0' },
    ...more,
  }
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'run.json'), JSON.stringify(run))
  await writeFile(join(directory, 'tests.ndjson'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return directory
}

/** `kunit/time pass` for short. */
export function results(...lines: readonly string[]): TestResult[] {
  return lines.map((line) => {
    const [name = '', status = ''] = line.split(' ')
    const slash = name.indexOf('/')
    return { suite: name.slice(0, slash), test: name.slice(slash + 1), status: status as TestResult['status'] }
  })
}

/** Writes a build directory with what its tools said. */
export async function writeBuild(
  directory: string,
  diagnostics: readonly Partial<Diagnostic>[],
  more: Partial<Build> = {},
): Promise<string> {
  const build: Build = {
    version: 1,
    kind: 'build',
    state: 'done',
    verdict: 'pass',
    cause: null,
    name: 'x86_64-gcc-tinyconfig',
    started: '2026-11-23T10:00:00Z',
    finished: '2026-11-23T10:01:00Z',
    duration_seconds: 60,
    request: {
      target_arch: 'x86_64',
      toolchain: 'gcc',
      llvm: false,
      kconfig: 'tinyconfig',
      kconfig_add: [],
      targets: ['kernel'],
      make_variables: {},
      environment: {},
      runtime: 'null',
      image: null,
      jobs: 2,
    },
    source: { kernel_version: '6.12.0', kernel_release: '6.12.0', git: null },
    compiler: null,
    container: null,
    targets: [],
    artifacts: [],
    kernel: 'bzImage',
    kconfig: { sha256: null, requested: [] },
    diagnostics: { errors: 0, warnings: diagnostics.length, by_flag: {} },
    reproduce: 'lkft build --target-arch x86_64',
    lkft: { version: '0.1.0' },
    ...more,
  }
  const whole = diagnostics.map((diagnostic) => ({
    tool: 'gcc', level: 'warning', file: 'kernel/fork.c', line: 10, column: 1, flag: null, message: 'unused',
    target: 'kernel', count: 1, ...diagnostic,
  })) // prettier-ignore
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'build.json'), JSON.stringify(build))
  await writeFile(join(directory, 'diagnostics.ndjson'), whole.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return directory
}
