import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandTable } from '#cli/command-table'
import { runCommand } from '#process/run-command'

const root = join(import.meta.dirname, '../..')
const lkft = join(root, 'bin/lkft')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-cli-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('bin/lkft', () => {
  it('runs from a link in another folder', async () => {
    await symlink(lkft, join(folder, 'first'))
    await symlink('first', join(folder, 'second'))
    const { stdout, exitCode } = await runCommand({ argv: [join(folder, 'second'), '--version'], cwd: folder })
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('says in one line what it needs when there is no Node 24', async () => {
    const copy = join(folder, 'clone')
    await runCommand({ argv: ['mkdir', '-p', join(copy, 'bin'), join(folder, 'old')] })
    await runCommand({ argv: ['cp', lkft, join(copy, 'bin/lkft')] })
    await writeFile(join(folder, 'old/node'), '#!/bin/sh\necho v20.1.0\n', { mode: 0o755 })
    const { stderr, exitCode } = await runCommand({
      argv: [join(copy, 'bin/lkft')],
      env: { PATH: `${folder}/old:/usr/bin:/bin` },
    })
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^lkft: needs Node 24 or newer, found v20\.1\.0; .*\n$/)
  })
})

describe('every command', () => {
  it.each(commandTable.map(({ name }) => name))('%s has help with examples', async (name) => {
    const { stdout, exitCode } = await runCommand({ argv: [lkft, name, '--help'] })
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`Usage: lkft ${name}`)
    expect(stdout).toMatch(/Examples?:\n/)
    expect(stdout).toMatch(new RegExp(`lkft ${name}`))
  })

  it.each(commandTable.map(({ name }) => name))(
    '%s refuses an option it does not know, with exit code 2 and no stack',
    async (name) => {
      const { stderr, exitCode } = await runCommand({ argv: [lkft, name, '--no-such-option'] })
      expect(exitCode).toBe(2)
      // An option that must be there is missed first.
      expect(stderr).toMatch(/--no-such-option|required option/)
      expect(stderr).not.toMatch(/\n {4}at /)
    },
  )

  it('that does not exist is refused with the nearest name', async () => {
    const { stderr, exitCode } = await runCommand({ argv: [lkft, 'bild'] })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('build')
  })
})

describe('lkft --help', () => {
  it('loads no command and no stage, so that it answers at once', async () => {
    const spy = join(folder, 'spy.mjs')
    await writeFile(
      spy,
      `import { registerHooks } from 'node:module'
       registerHooks({ load: (url, context, next) => (process.stderr.write(url + '\\n'), next(url, context)) })`,
    )
    const main = join(root, 'src/cli/main.ts')
    const { stderr, exitCode } = await runCommand({ argv: [process.execPath, '--import', spy, main, '--help'] })
    expect(exitCode).toBe(0)
    const own = stderr.split('\n').filter((url) => url.startsWith(`file://${root}/src/`))
    expect(own.map((url) => url.replace(`file://${root}/src/`, '')).sort()).toEqual([
      'cli/command-table.ts',
      'cli/main.ts',
      'files/version.ts',
    ])
  })
})
