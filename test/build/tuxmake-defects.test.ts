import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runContainerCommand } from '#container/container-commands'
import { readStage } from '#files/stage-directory'
import type { Build } from '#schema/documents'
import { type LkftResult, runLkft } from '../support/run-lkft.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'

// What TuxMake 1.43 was seen to do wrong, each by its number in the list of weak points, and lkft doing it right.
// Those of real kernels, containers and signals have files of their own beside this one.

const extra = `objects:
	@mkdir -p $(O) && cd $(O) && for f in one.c two.S; do $(CROSS_COMPILE)gcc $(KCFLAGS) $(KAFLAGS) -fmacro-prefix-map=$(CURDIR)/= -g -c -o $$f.o $(CURDIR)/kernel/$$f; done
modules_install:
	@test -e $(O)/vmlinux
	@mkdir -p $(INSTALL_MOD_PATH)/lib/modules/6.99 && cd $(INSTALL_MOD_PATH)/lib/modules/6.99 && echo ko > a.ko && ln -s $(O) build && ln -s $(CURDIR) source
mark.config:
	@echo "CONFIG_ORDER=make" >> $(O)/.config
flags:
	@echo "FLAGS $(KCFLAGS)"
noisy:
	@echo ".config:12:warning: override: FOO changes choice state" >&2; echo "checking for libfoo... not found"
silent-failure:
	@exit 3
`

let folder: string
let tree: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-defects-'))
  tree = await makeTree('tree')
})
afterAll(async () => rm(folder, { recursive: true }))

async function makeTree(name: string): Promise<string> {
  return makeTinyTree(join(folder, name), {
    'extra.mk': extra,
    'kernel/one.c': 'const char *file = __FILE__;\n',
    'kernel/two.S': '.globl two\ntwo: .long 1\n',
    'modules.config': 'CONFIG_MODULES=y\n',
  })
}

async function lkft(output: string, words: readonly string[], source = tree): Promise<LkftResult> {
  const base = ['build', '-C', source, '-a', 'x86_64', '-k', 'tinyconfig', '-o', join(folder, output)]
  return runLkft([...base, ...words])
}

async function build(output: string, words: readonly string[], source = tree): Promise<Build> {
  const { code, stderr } = await lkft(output, words, source)
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`)
  return readStage('build', join(folder, output))
}

const log = async (output: string): Promise<string> => readFile(join(folder, output, 'build.log'), 'utf8')
const hash = (record: Build, name: string): string | undefined =>
  record.artifacts.find((artifact) => artifact.name === name)?.sha256

test('1, 28: objects with debug information are the same from any source and build path', async () => {
  const other = await makeTree('elsewhere/tree')
  await build('one', ['-b', join(folder, 'b1'), 'make:objects'])
  await build('two', ['-b', join(folder, 'other/b2'), 'make:objects'], other)
  for (const name of ['one.c.o', 'two.S.o']) {
    const first = await readFile(join(folder, 'b1', name))
    expect(first.equals(await readFile(join(folder, 'other/b2', name)))).toBe(true)
    expect(first.includes(folder)).toBe(false)
  }
})

test('2: the modules archive has no links to folders of the machine, and is the same from any build directory', async () => {
  const words = ['-K', 'CONFIG_MODULES=y', 'modules']
  const first = await build('modules1', [...words, '-b', join(folder, 'm1')])
  const second = await build('modules2', [...words, '-b', join(folder, 'm2')])
  expect(hash(first, 'modules.tar.zst')).toMatch(/^[0-9a-f]{64}$/)
  expect(hash(second, 'modules.tar.zst')).toBe(hash(first, 'modules.tar.zst'))
})

test('3: merging fragments writes nothing into the tree, so two builds in a row have the same dates', async () => {
  const before = (await stat(tree)).mtimeMs
  const words = ['-K', 'modules.config', '-K', 'CONFIG_A=y']
  const [first, second] = [await build('dates', words), await build('dates', words)]
  expect((await stat(tree)).mtimeMs).toBe(before)
  expect(second.artifacts.filter(({ kind }) => kind !== 'log')).toEqual(
    first.artifacts.filter(({ kind }) => kind !== 'log'),
  )
})

test('5: a requested symbol that is not there is told', async () => {
  const { kconfig, diagnostics } = await build('dropped', ['-K', 'CONFIG_UNKNOWN=y', 'config'])
  expect(kconfig.requested).toMatchObject([{ symbol: 'CONFIG_UNKNOWN', status: 'dropped', reason: /no such symbol/ }])
  expect(diagnostics.warnings).toBe(1)
})

test('6: fragments are applied in the order given, make goals among files', async () => {
  await build('order', ['-K', 'CONFIG_ORDER=first', '-K', 'make:mark.config', '-K', 'CONFIG_LAST=1', 'config'])
  expect(await readFile(join(folder, 'order/config'), 'utf8')).toMatch(/ORDER=first[^]*ORDER=make[^]*LAST=1/)
  await build('order', ['-K', 'make:mark.config', '-K', 'CONFIG_ORDER=last', 'config'])
  expect(await readFile(join(folder, 'order/config'), 'utf8')).toMatch(/ORDER=last/)
})

test('7, 17: a changed kconfig is applied to a kept build directory; an unchanged one is one make call', async () => {
  const words = ['-b', join(folder, 'kept'), 'kernel', 'debugkernel', 'headers', '-K']
  await build('kept1', [...words, 'CONFIG_A=1'])
  await build('kept1', [...words, 'CONFIG_A=1'])
  expect((await log('kept1')).match(/^\+ make/gm)).toHaveLength(1)
  await build('kept1', [...words, 'CONFIG_A=2'])
  expect(await readFile(join(folder, 'kept1/config'), 'utf8')).toContain('CONFIG_A=2')
})

test('8: modules alone builds the kernel first', async () => {
  const { targets } = await build('alone', ['-K', 'CONFIG_MODULES=y', 'modules'])
  expect(targets.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'config pass',
    'default pass',
    'modules pass',
  ])
})

test('9: an override of a fragment and "not found" are no warning and no error; a failure always has one', async () => {
  expect((await build('noisy', ['make:noisy'])).diagnostics).toMatchObject({ errors: 0, warnings: 0 })
  expect((await lkft('silent', ['make:silent-failure'])).code).toBe(1)
  const { diagnostics, cause } = await readStage('build', join(folder, 'silent'))
  expect(diagnostics.errors).toBeGreaterThan(0)
  expect(cause?.message).toContain('silent-failure')
})

test('10, 19: podman as root needs no user namespace, and no container has a network unless that was asked for', () => {
  const spec = { engine: 'podman', name: 'x', image: 'i', mounts: [], network: false, workdir: '/src' } as const
  const root = runContainerCommand(spec, { uid: 0, gid: 0 }).argv
  expect(root.join(' ')).not.toContain('userns')
  expect(root).toContain('--network=none')
  expect(runContainerCommand(spec, { uid: 1000, gid: 1000 }).argv).toContain('--userns=keep-id')
})

test('11: what TuxMake answers with a traceback', async () => {
  await mkdir(join(folder, 'left/build/over'), { recursive: true })
  expect((await lkft('a/b/c/nested', ['config'])).code).toBe(0)
  expect((await lkft('left', ['config'])).code).toBe(0)
  for (const words of [
    ['-k', folder],
    ['-t', 'korg-gcc', '-a', 'arm64'],
  ]) {
    const { code, stderr } = await lkft('traceback', words)
    expect(code).toBe(2)
    expect(stderr).not.toMatch(/^ +at /m)
  }
})

test('13: the reproducer keeps every option', async () => {
  const words = [
    '-I',
    'vmlinux',
    '-z',
    'xz',
    '-e',
    'A=b',
    '--timestamp',
    '7',
    '-K',
    'CONFIG_A="x y"',
    'KCFLAGS=-Wa,-m=b',
  ]
  await build('options', [...words, '--ccache', '--fail-fast', 'kernel'])
  const script = await readFile(join(folder, 'options/reproduce.sh'), 'utf8')
  for (const word of ['--kernel-image vmlinux', '--compression-type xz', '--environment A=b', '--timestamp 7'])
    expect(script).toContain(word)
  for (const word of ['KCFLAGS=-Wa,-m=b', '--wrapper ccache', '--fail-fast', '--kconfig "$here/config"', ' kernel'])
    expect(script).toContain(word)
})

test('15, 24: a value may hold =, and KCFLAGS of the user come after the maps', async () => {
  await build('flags', ['KCFLAGS=-Wa,-mfoo=bar', 'make:flags'])
  expect(await log('flags')).toMatch(/^FLAGS -fdebug-prefix-map=.* -Wa,-mfoo=bar$/m)
})

test('14: exit codes tell options, a broken kernel and a limit apart', async () => {
  expect((await lkft('codes', ['--no-such-option'])).code).toBe(2)
  expect((await lkft('codes', ['make:broken'])).code).toBe(1)
  expect((await lkft('codes', ['--timeout', '1', 'make:sleep'])).code).toBe(3)
})

test('16: this machine’s support for rustgcc is what is installed', async () => {
  const { stdout } = await runLkft(['build', '--print-support-matrix', '--json'])
  const matrix = JSON.parse(stdout) as Record<string, string[]>
  expect(matrix['gcc']).toContain('x86_64')
  expect(matrix['rustgcc']).not.toContain('xtensa')
})

test('21: a configuration by URL is tried again, and checked where a sha256 is given', async () => {
  let asked = 0
  const text = 'CONFIG_BY_URL=y\n'
  const server = createServer((_request, response) => {
    asked++
    response.statusCode = asked === 1 ? 503 : 200
    response.end(text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.config`
  const sha256 = createHash('sha256').update(text).digest('hex')
  const good = await lkft('url', ['-K', `${url}#sha256=${sha256}`, 'config'])
  const bad = await lkft('url-bad', ['-K', `${url}#sha256=${'0'.repeat(64)}`, 'config'])
  server.close()
  expect(good.code).toBe(0)
  expect(asked).toBe(3)
  expect(bad).toMatchObject({ code: 3, stderr: expect.stringContaining(`has the sha256 ${sha256}`) })
})

test('22: without compression the modules are listed too', async () => {
  await build('plain', ['-z', 'none', '-K', 'CONFIG_MODULES=y', 'modules'])
  const metadata = JSON.parse(await readFile(join(folder, 'plain/metadata.json'), 'utf8')) as Record<string, object>
  const names = ['lib/modules/', 'lib/modules/6.99/', 'lib/modules/6.99/a.ko']
  expect(metadata['artifacts']).toEqual({ modules: names })
})

test('23: a symbol is only the symbol of that name', async () => {
  await writeFile(join(folder, 'odd.config'), 'CONFIG_NOT_MODULES=y\nCONFIG_TEXT="CONFIG_MODULES=y"\n')
  const { targets } = await build('odd', ['-K', join(folder, 'odd.config'), 'modules'])
  expect(targets.find(({ name }) => name === 'modules')).toMatchObject({ status: 'skip' })
})
