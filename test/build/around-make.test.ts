import { randomUUID } from 'node:crypto'
import { access, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import { markedProcesses } from '../support/marked-processes.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'
import { runLkft } from '../support/run-lkft.ts'

let folder: string
let tree: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-build-'))
  tree = await makeTinyTree(join(folder, 'tree'))
})
afterAll(async () => rm(folder, { recursive: true }))

const base = (output: string): string[] => [
  'build',
  '--source',
  tree,
  '--target-arch',
  'x86_64',
  '--kconfig',
  'tinyconfig',
  '-o',
  join(folder, output),
]

describe('a build that passes', () => {
  test('leaves the whole directory, and a record that names every file with its hash', async () => {
    const { code, stderr } = await runLkft(base('pass'))
    expect(stderr).not.toContain('error')
    expect(code).toBe(0)
    const build = await readStage('build', join(folder, 'pass'))
    expect(build).toMatchObject({
      state: 'done',
      verdict: 'pass',
      kernel: 'bzImage',
      source: { kernel_release: '6.99.1-tiny' },
    })
    const names = (await readdir(join(folder, 'pass'))).sort()
    const beside = ['build.json', 'metadata.json', 'reproduce.sh', 'sbom.cdx.json']
    expect(names).toEqual([...build.artifacts.map(({ name }) => name), ...beside].sort())
    const statuses = Object.fromEntries(build.targets.map(({ name, status }) => [name, status]))
    expect(statuses).toMatchObject({ config: 'pass', kernel: 'pass', modules: 'skip', dtbs: 'skip', headers: 'pass' })
  })

  test('took one make call for all that can share one', async () => {
    const log = await readFile(join(folder, 'pass/build.log'), 'utf8')
    const calls = log.split('\n').filter((line) => line.startsWith('+ make'))
    expect(calls.map((line) => line.replace(/.*-gnu- /, ''))).toEqual(['tinyconfig', 'all bzImage headers_install'])
  })

  test('reports in TuxMake’s metadata.json too', async () => {
    const metadata = JSON.parse(await readFile(join(folder, 'pass/metadata.json'), 'utf8')) as Record<string, unknown>
    expect(metadata).toMatchObject({
      build: { target_arch: 'x86_64', toolchain: 'gcc', kconfig: 'tinyconfig' },
      results: { status: 'PASS', targets: { kernel: { status: 'PASS' } }, artifacts: { kernel: ['bzImage'] } },
    })
  })
})

describe('the environment', () => {
  test('holds no token, no ACTIONS_* and no INPUT_* variable, and the same locale and zone everywhere', async () => {
    const secrets = {
      ACTIONS_RUNTIME_TOKEN: 's3cret-a',
      GITHUB_TOKEN: 's3cret-b',
      INPUT_TOKEN: 's3cret-c',
      MY_KEY: 's3cret-d',
    }
    const { code } = await runLkft([...base('environment'), '-e', 'MINE=a=b', 'make:environment'], {
      env: { ...secrets, LC_ALL: 'de_DE.UTF-8', TZ: 'Asia/Tokyo' },
    })
    expect(code).toBe(0)
    const log = await readFile(join(folder, 'environment/build.log'), 'utf8')
    const env = log.split('\n').filter((line) => line.startsWith('ENV '))
    expect(env.length).toBeGreaterThan(10)
    expect(log).not.toContain('s3cret')
    expect(env.join('\n')).not.toMatch(/ENV (?:ACTIONS_|INPUT_|GITHUB_|MY_KEY)/)
    expect(env).toEqual(
      expect.arrayContaining(['ENV MINE=a=b', 'ENV LC_ALL=C', 'ENV TZ=UTC', 'ENV SOURCE_DATE_EPOCH=0']),
    )
  })
})

describe('a kernel that does not build', () => {
  test('ends with 1, names the error and settles each target by its own make', async () => {
    const broken = await makeTinyTree(join(folder, 'broken-tree'), { 'extra.mk': 'bzImage: broken\n' })
    const { code } = await runLkft([...base('broken'), '--source', broken])
    expect(code).toBe(1)
    const build = await readStage('build', join(folder, 'broken'))
    const statuses = Object.fromEntries(build.targets.map(({ name, status }) => [name, status]))
    expect(statuses).toMatchObject({ default: 'fail', kernel: 'skip', debugkernel: 'skip', headers: 'pass' })
    expect(build.cause).toMatchObject({ code: 'BUILD_FAILED', message: expect.stringContaining('kernel/fork.c:12') })
    const diagnostics = (await readFile(join(folder, 'broken/diagnostics.ndjson'), 'utf8')).trim().split('\n')
    expect(JSON.parse(diagnostics[0] ?? '')).toMatchObject({
      tool: 'gcc',
      level: 'error',
      file: 'kernel/fork.c',
      line: 12,
    })
    expect(build.artifacts.map(({ name }) => name)).toContain('headers.tar.zst')
  })

  test('names the command that failed when no tool said an error', async () => {
    const silent = await makeTinyTree(join(folder, 'silent-tree'), { 'extra.mk': 'all:\n\t@kill -KILL $$$$\n' })
    const { code } = await runLkft([...base('silent'), '--source', silent, 'default'])
    expect(code).toBe(1)
    const build = await readStage('build', join(folder, 'silent'))
    expect(build.diagnostics.errors).toBeGreaterThan(0)
    expect(build.cause?.message).toMatch(/default failed: .*(?:Killed|Error|ended with)/)
  })
})

describe('limits', () => {
  test.each([
    ['--target-timeout', 'make:sleep was ended after'],
    ['--timeout', 'make:sleep was ended after'],
  ])('%s ends all that make started, and the directory says so', async (option, message) => {
    const mark = randomUUID()
    const words = [option, '2', '-e', `LKFT_MARK=${mark}`, 'make:sleep']
    const { code } = await runLkft([...base(`limit${option}`), ...words])
    expect(code).toBe(3)
    const { verdict, cause } = await readStage('build', join(folder, `limit${option}`))
    expect(verdict).toBe('timeout')
    expect(cause).toMatchObject({ code: 'BUILD_TIMEOUT', message: expect.stringContaining(message) })
    expect(await markedProcesses(mark)).toEqual([])
  })

  test('--fail-fast skips what comes after the first failure', async () => {
    const broken = await makeTinyTree(join(folder, 'fast-tree'), { 'extra.mk': 'bzImage: broken\n' })
    await runLkft([...base('fast'), '--source', broken, '--fail-fast'])
    const { targets } = await readStage('build', join(folder, 'fast'))
    expect(targets.find(({ name }) => name === 'headers')).toMatchObject({ status: 'skip' })
  })
})

describe('hooks', () => {
  test('run in order, and one that fails is the caller’s fault', async () => {
    const hooks = [
      '--pre-build-hook',
      'echo HOOK-1',
      '--post-build-hook',
      'echo HOOK-2',
      '--results-hook',
      'ls config; echo HOOK-3',
    ]
    expect((await runLkft([...base('hooks'), ...hooks, 'config'])).code).toBe(0)
    const log = await readFile(join(folder, 'hooks/build.log'), 'utf8')
    expect(log.match(/^HOOK-\d/gm)).toEqual(['HOOK-1', 'HOOK-2', 'HOOK-3'])
    const { code } = await runLkft([...base('hooks'), '--pre-build-hook', 'exit 5', 'config'])
    expect(code).toBe(2)
    expect((await readStage('build', join(folder, 'hooks'))).cause?.message).toBe(
      'the preBuild hook ended with 5: exit 5',
    )
  })
})

describe('--dry-run', () => {
  test('prints the commands, one a line, and runs and writes nothing', async () => {
    const { code, stdout } = await runLkft([...base('dry'), '--dry-run', 'KCFLAGS=-DA="b c"'])
    expect(code).toBe(0)
    const goals = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ').at(-1))
    expect(goals).toContain('tinyconfig')
    expect(stdout).toMatch(/'KCFLAGS=-fdebug-prefix-map=\S+ .*-DA="b c"'/)
    await expect(access(join(folder, 'dry'))).rejects.toThrow('ENOENT')
  })
})

describe('kconfig', () => {
  test('fragments are merged in order, a dropped symbol is told with its reason, and nothing is written to the tree', async () => {
    const before = await readdir(tree, { recursive: true })
    const words = ['-K', 'CONFIG_A=y', '-K', 'debug.config', '-K', 'CONFIG_A=n', '-K', 'CONFIG_UNKNOWN=y', 'config']
    const { code, stderr } = await runLkft([...base('kconfig'), ...words])
    expect(code).toBe(0)
    const { kconfig } = await readStage('build', join(folder, 'kconfig'))
    expect(kconfig.requested.map(({ symbol, status }) => `${symbol} ${status}`)).toEqual([
      'CONFIG_A overridden',
      'CONFIG_DEBUG applied',
      'CONFIG_A applied',
      'CONFIG_UNKNOWN dropped',
    ])
    expect(stderr).toContain('CONFIG_UNKNOWN=y was dropped: this kernel has no such symbol')
    expect(await readdir(tree, { recursive: true })).toEqual(before)
  })

  test('--kconfig-strict fails on a dropped symbol', async () => {
    const { code } = await runLkft([...base('strict'), '-K', 'CONFIG_UNKNOWN=y', '--kconfig-strict', 'config'])
    expect(code).toBe(1)
  })

  test('a changed fragment is applied to an existing build directory, an unchanged one costs no make', async () => {
    const words = ['-b', join(folder, 'kept'), 'config', '-K']
    const calls = async (): Promise<number> =>
      (await readFile(join(folder, 'again/build.log'), 'utf8')).split('\n').filter((line) => line.startsWith('+ make'))
        .length
    await runLkft([...base('again'), ...words, 'CONFIG_B=1'])
    expect(await calls()).toBe(2)
    await runLkft([...base('again'), ...words, 'CONFIG_B=1'])
    expect(await calls()).toBe(0)
    await runLkft([...base('again'), ...words, 'CONFIG_B=2'])
    expect(await calls()).toBe(2)
    expect(await readFile(join(folder, 'again/config'), 'utf8')).toContain('CONFIG_B=2')
  })
})

describe('bad input', () => {
  test.each<[string, string[], RegExp]>([
    ['no kernel tree', ['--source', tmpdir()], /holds no Linux kernel tree \[NOT_A_KERNEL_TREE\]/],
    ['a tree that is not there', ['--source', '/nowhere'], /\/nowhere does not exist/],
    ['an unknown architecture', ['--target-arch', 'x86_46'], /unknown target architecture 'x86_46'.*\n.*x86_64/],
    ['an unknown toolchain', ['--toolchain', 'gccc'], /unknown toolchain 'gccc'.*\n.*gcc/],
    ['an unknown target', ['kernal'], /unknown target 'kernal'.*\n.*kernel/],
    ['an unknown runtime', ['--runtime', 'podmann'], /unknown runtime 'podmann'.*\n.*podman/],
    [
      'a missing compiler',
      ['--target-arch', 'arm64', '--make-variable', 'CROSS_COMPILE=nope-'],
      /not installed: nope-gcc.*\n.*apt-get install/,
    ],
    ['an unknown kconfig', ['--kconfig', 'tinyconfg'], /there is no kconfig 'tinyconfg'.*\n.*tinyconfig/],
    ['a directory as kconfig', ['--kconfig', '/tmp'], /the kconfig \/tmp is a directory/],
    ['a fragment without a value', ['-K', 'CONFIG_FOO='], /'CONFIG_FOO=' is not a fragment/],
    ['no number of jobs', ['-j', 'many'], /--jobs many: not a number/],
    ['zero jobs', ['-j', '0'], /--jobs must be a whole number above 0/],
    ['an output directory that is a file', ['-o', '/dev/null/x'], /cannot write to \/dev\/null\/x.*\[NOT_WRITABLE\]/],
    ['lkft’s own make variable', ['ARCH=arm'], /ARCH is set by lkft.*\n.*--target-arch/],
  ])('%s ends with 2 and one clear line', async (_what, words, expected) => {
    const { code, stderr } = await runLkft([...base('bad'), ...words])
    expect(stderr).toMatch(expected)
    expect(stderr).not.toMatch(/^ +at /m)
    expect(code).toBe(2)
    await expect(access(join(folder, 'bad/build.json'))).rejects.toThrow('ENOENT')
  })

  test('a tree somebody built in is refused with what to do', async () => {
    const dirty = await makeTinyTree(join(folder, 'dirty-tree'))
    await writeFile(join(dirty, '.config'), '')
    const { code, stderr } = await runLkft([...base('bad'), '--source', dirty])
    expect(code).toBe(2)
    expect(stderr).toContain('make mrproper')
  })
})
