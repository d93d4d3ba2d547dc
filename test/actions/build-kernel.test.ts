import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import { sharedSource } from '../support/shared-kernel.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'
import { runAction } from './run-action.ts'
import { throwawayFolder } from './throwaway-folder.ts'

test('build-kernel configures and builds part of a real kernel tree', async () => {
  const run = await runAction({
    action: 'build-kernel',
    inputs: {
      source: await sharedSource(),
      'target-arch': 'x86_64',
      kconfig: 'tinyconfig',
      'kconfig-add': 'CONFIG_KUNIT=y\n# CONFIG_PRINTK is not set',
      targets: 'config make:kernel/bounds.s',
      runtime: 'null',
    },
  })
  expect(run.stdout + run.stderr).not.toContain('::error')
  expect(run.exitCode).toBe(0)
  expect(run.outputs).toMatchObject({ verdict: 'pass', name: 'x86_64-gcc-tinyconfig', 'exit-code': '0', artifact: '' })
  const build = await readStage('build', run.outputs['directory'] ?? '')
  expect(build.kconfig.requested.find(({ symbol }) => symbol === 'CONFIG_KUNIT')?.status).toBe('applied')
  expect(run.stdout).toContain('::group::')
  expect(run.summary).toContain('## Build `x86_64-gcc-tinyconfig`: pass')
})

test('a kernel that does not build fails the step, after outputs, summary and an annotation on the line', async () => {
  const tree = await makeTinyTree(await folder())
  const inputs = { source: tree, 'target-arch': 'x86_64', kconfig: 'tinyconfig', targets: 'make:broken' }
  const run = await runAction({ action: 'build-kernel', inputs })
  expect(run.exitCode).toBe(1)
  expect(run.outputs).toMatchObject({ verdict: 'fail', errors: '1' })
  expect(run.stdout).toContain("::error title=x86_64-gcc-tinyconfig%3A gcc,file=kernel/fork.c,line=12::expected ';'")
  expect(run.summary).toContain('kernel/fork.c:12: error')
  const lenient = await runAction({ action: 'build-kernel', inputs: { ...inputs, 'fail-on': 'infrastructure' } })
  expect(lenient).toMatchObject({ exitCode: 0, outputs: { verdict: 'fail', 'exit-code': '0' } })
})

test('neither tokens nor inputs reach a Makefile, and what it prints is never a command to the runner', async () => {
  const commands = '::set-output name=verdict::pwned\\n::add-mask::kernel\\n::warning::pwned\\n::endgroup::'
  const tree = await makeTinyTree(await folder(), {
    'extra.mk': `shout:\n\t@env | sort | sed 's/^/ENV /'; printf '${commands}\\n'\n`,
  })
  const run = await runAction({
    action: 'build-kernel',
    inputs: { source: tree, 'target-arch': 'x86_64', kconfig: 'tinyconfig', targets: 'make:shout' },
    environment: { ACTIONS_RUNTIME_TOKEN: 'secret-one', ACTIONS_RESULTS_URL: 'http://x', GITHUB_TOKEN: 'secret-two' },
  })
  expect(run.exitCode).toBe(0)
  expect(run.stdout).toContain('ENV PATH=')
  expect(run.stdout).not.toMatch(/ENV (ACTIONS|INPUT|GITHUB|RUNNER)_|secret-(one|two)/)
  expect(obeyedCommands(run.stdout).filter((line) => line.includes('pwned') || line.includes('kernel'))).toEqual([])
  expect(run.outputs['verdict']).toBe('pass')
})

test('messages and sizes are compared with a baseline, and a compiler cache counts', async () => {
  const tree = await makeTinyTree(await folder(), {
    'extra.mk': `one:\n\techo 'int x;' > $(O)/x.c; $(CC) -c -o $(O)/x.o $(O)/x.c\n`,
  })
  const inputs = { source: tree, 'target-arch': 'x86_64', kconfig: 'tinyconfig' }
  const before = await runAction({
    action: 'build-kernel',
    inputs: { ...inputs, targets: 'kernel make:broken', 'fail-on': 'none' },
  })
  const run = await runAction({
    action: 'build-kernel',
    inputs: {
      ...inputs,
      targets: 'kernel make:one',
      baseline: before.outputs['directory'] ?? '',
      sarif: 'true',
      wrapper: 'ccache',
      'cache-dir': await folder(),
    },
  })
  expect(run.exitCode).toBe(0)
  expect(run.outputs).toMatchObject({
    'new-errors-and-warnings': '0',
    'fixed-errors-and-warnings': '1',
    'cache-hits': '0',
    reused: 'false',
    'artifact-id': '',
  })
  await access(run.outputs['sarif'] ?? '')
})

test('code of a fork writes no compiler cache', async () => {
  const tree = await makeTinyTree(await folder())
  const cache = join(await folder(), 'cache')
  const head = { sha: 'a'.repeat(40), ref: 'main', repo: { full_name: 'fork/linux' } }
  const base = { sha: 'b'.repeat(40), ref: 'main', repo: { full_name: 'octo/linux' } }
  const run = await runAction({
    action: 'build-kernel',
    inputs: {
      source: tree,
      'target-arch': 'x86_64',
      kconfig: 'tinyconfig',
      targets: 'config',
      wrapper: 'ccache',
      'cache-dir': cache,
    },
    event: { name: 'pull_request', payload: { pull_request: { number: 1, head, base } } },
  })
  expect(run.outputs).toMatchObject({ verdict: 'pass', 'cache-hits': '' })
  const metadata = JSON.parse(await readFile(join(run.outputs['directory'] ?? '', 'metadata.json'), 'utf8')) as object
  expect(metadata).toMatchObject({ build: { wrapper: 'none' } })
  await expect(access(cache)).rejects.toThrow('ENOENT')
})

test.each([
  ['a source that is no kernel tree', {}, /NOT_A_KERNEL_TREE/],
  ['an architecture that does not exist', { 'target-arch': 'amr64' }, /amr64.*\n?.*arm64/s],
  ['a number that is none', { jobs: 'many' }, /input jobs is "many"/],
  ['a variable without a value', { 'make-variables': 'KCFLAGS' }, /each line must be NAME=VALUE/],
])('%s is one clear error', async (_name, inputs, message) => {
  const run = await runAction({ action: 'build-kernel', inputs: { source: await folder(), ...inputs } })
  expect(run.exitCode).toBe(2)
  expect(run.outputs['verdict']).toBe('error')
  expect(obeyedCommands(run.stdout).filter((line) => line.startsWith('::error'))).toHaveLength(1)
  expect(decodeURIComponent(obeyedCommands(run.stdout).join('\n').replaceAll('%0A', '\n'))).toMatch(message)
  expect(run.stdout).not.toMatch(/\n\s+at /)
})

test('a cancelled job leaves a build directory that says so', async () => {
  const tree = await makeTinyTree(await folder())
  const output = join(await folder(), 'build')
  const run = await runAction({
    action: 'build-kernel',
    inputs: {
      source: tree,
      'target-arch': 'x86_64',
      kconfig: 'tinyconfig',
      targets: 'make:sleep',
      'output-dir': output,
    },
    interrupt: { when: 'asleep.o', signal: 'SIGINT' },
  })
  expect(run.exitCode).toBe(130)
  expect(await readStage('build', output, { allowUnfinished: true })).toMatchObject({ state: 'cancelled' })
  await access(join(output, 'build.log'))
})

/** Lines that the runner would obey: commands outside a stretch between stop-commands and its token. */
function obeyedCommands(stdout: string): readonly string[] {
  const obeyed: string[] = []
  let token: string | undefined
  for (const line of stdout.split('\n')) {
    const stop = /^::stop-commands::(.+)$/.exec(line)?.[1]
    if (token !== undefined) {
      if (line === `::${token}::`) token = undefined
    } else if (stop === undefined) {
      if (line.startsWith('::')) obeyed.push(line)
    } else {
      token = stop
    }
  }
  return obeyed
}

async function folder(): Promise<string> {
  return throwawayFolder()
}
