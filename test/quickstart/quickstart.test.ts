import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCommand } from '#process/run-command'
import type { Report } from '#schema/documents'
import { sharedBuild, sharedSource } from '../support/shared-kernel.ts'

const root = join(import.meta.dirname, '../..')

/** A case of lib/list-test.c, another one at each run unless LKFT_TEST_SEED holds it. */
async function randomCase(): Promise<string> {
  const source = await readFile(join(await sharedSource(), 'lib/list-test.c'), 'utf8')
  const cases = [...source.matchAll(/^\tKUNIT_CASE\((list_test_\w+)\)/gm)].map(([, name]) => name)
  const seed = Number(process.env['LKFT_TEST_SEED'] ?? Math.floor(Math.random() * 1_000_000))
  const chosen = cases[seed % cases.length]
  console.log(`quickstart breaks ${chosen} (LKFT_TEST_SEED=${seed})`)
  return `list-kunit-test.${chosen}`
}

describe('npm run quickstart', () => {
  it('names a KUnit case broken at random as the one regression, the planted warning by line, and a reproducer', async () => {
    const broken = await randomCase()
    const name = broken.split('.')[1]
    const output = join(root, '.cache/quickstart-test')
    // The same tree and object folder, so only what the example changes is compiled here.
    await sharedBuild('x86_64')
    const source = await sharedSource()
    const result = await runCommand(
      {
        argv: ['npm', 'run', 'quickstart', '--', '--source', source, '--break', broken, '--output-dir', output],
        cwd: root,
      },
      { onLine: (line, from) => from === 'stderr' && console.log(line) },
    )
    expect(result.stdout).toContain(`the one regression is ${broken}, as planted`)
    expect(result.exitCode).toBe(0)
    expect(result.stdout.trimEnd().split('\n').at(-1)).toMatch(/^Quickstart passed in /)

    const report = JSON.parse(await readFile(join(output, 'report/report.json'), 'utf8')) as Report
    const regressions = report.changes.filter((change) => change.class === 'regression')
    expect(regressions.map(({ test }) => test)).toEqual([expect.stringContaining(name ?? '')])
    const [warning] = report.diagnostics.filter((diagnostic) => diagnostic.class === 'new')
    expect(warning).toMatchObject({ level: 'warning', file: 'lib/list-test.c', flag: '-Wunused-variable' })

    const comment = await readFile(join(output, 'report/report.md'), 'utf8')
    expect(comment).toContain(name)
    expect(comment).toContain('lib/list-test.c')
    expect(comment).toContain(regressions[0]?.reproduce)
  })

  it('refuses a source that is no kernel tree, in one line', async () => {
    const { exitCode, stderr } = await runCommand({
      argv: ['npm', 'run', '--silent', 'quickstart', '--', '--source', root],
      cwd: root,
    })
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/is no kernel tree: it has no Makefile, Kbuild and Kconfig \[NOT_A_KERNEL_TREE\]/)
    expect(stderr).not.toMatch(/\n {4}at /)
  })
})
