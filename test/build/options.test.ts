import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import { checkBill } from '../support/cyclonedx.ts'
import { lkftProgram, runLkft } from '../support/run-lkft.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'

// One real object with debug information, compiled in the build directory as Kbuild does.
const object = `all: object
object:
	@mkdir -p $(O); cd $(O) && $(CROSS_COMPILE)gcc -v >/dev/null 2>&1 && $(or $(CC),$(CROSS_COMPILE)gcc) $(KCFLAGS) -fmacro-prefix-map=$(CURDIR)/= -g -I$(CURDIR)/include -c -o one.o $(CURDIR)/kernel/one.c
`
const warn = `all: warn
warn:
	@echo "$(CURDIR)/kernel/one.c:$(LINE):1: warning: unused variable 'a' [-Wunused-variable]" >&2
	@echo "$(CURDIR)/kernel/one.c:9:1: warning: $(WHAT) [-Wother]" >&2
`

let folder: string
let tree: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-options-'))
  tree = await makeTinyTree(join(folder, 'tree'), { 'extra.mk': warn })
})
afterAll(async () => rm(folder, { recursive: true }))

const base = (output: string, source = tree): string[] => [
  'build',
  '--source',
  source,
  '--target-arch',
  'x86_64',
  '--kconfig',
  'tinyconfig',
  '-o',
  join(folder, output),
]

describe('@file', () => {
  test('puts the options of a file where it stands, and a file may name another', async () => {
    await mkdir(join(folder, 'config/lkft'), { recursive: true })
    await writeFile(join(folder, 'config/lkft/mine'), "# what I build\n-a x86_64 --name 'from a file'\n@more\n")
    await writeFile(join(folder, 'config/lkft/more'), '-k tinyconfig --timestamp 5 config\n')
    const words = ['build', '-C', tree, '@mine', '--timestamp', '6', '-o', join(folder, 'file')]
    const env = { XDG_CONFIG_HOME: join(folder, 'config') }
    expect((await runLkft(words, { env })).code).toBe(0)
    expect(await readStage('build', join(folder, 'file'))).toMatchObject({
      name: 'from a file',
      targets: [{ name: 'config', status: 'pass' }],
      reproduce: expect.stringContaining('--timestamp 6'),
    })
  })

  test('that is not there, or names itself, is one clear error', async () => {
    const missing = await runLkft([...base('file-missing'), '@./nowhere'])
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringMatching(/cannot read the options of .*nowhere/) })
    await writeFile(join(folder, 'loop'), `@${join(folder, 'loop')}`)
    const loop = await runLkft([...base('file-loop'), `@${join(folder, 'loop')}`])
    expect(loop).toMatchObject({ code: 2, stderr: expect.stringContaining('option files name each other') })
  })
})

test('--shell opens a shell with the build’s variables after the record is written', async () => {
  const child = spawn(lkftProgram, [...base('shell'), '--shell', '-b', join(folder, 'shell-objects'), 'config'])
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stdin.end(
    `echo "IN $PWD $KBUILD_BUILD_USER"; cat ${join(folder, 'shell/build.json')} | grep '"state"'; exit 7\n`,
  )
  const [code] = (await once(child, 'close')) as [number]
  expect(said).toContain(`IN ${tree} lkft`)
  expect(said).toContain('"state": "done"')
  expect(code).toBe(0)
})

describe('--check-environment', () => {
  test('says what is there without a kernel tree, and 0 when it can build', async () => {
    const { code, stdout } = await runLkft(['build', '--check-environment', '-C', folder, '-a', 'arm64'])
    expect(stdout).toMatch(/^PASS {2}make +GNU Make/m)
    expect(stdout).toMatch(/^PASS {2}compile C +works$/m)
    expect(stdout).toMatch(/^PASS {2}compiler +aarch64-linux-gnu-gcc/m)
    expect(code).toBe(0)
  })

  test('names what is missing, and ends with 2', async () => {
    const words = ['build', '--check-environment', '--json', '-a', 'xtensa', '-t', 'gcc-99']
    const { code, stdout } = await runLkft(words)
    const checks = JSON.parse(stdout) as { name: string; status: string; detail: string }[]
    expect(checks.find(({ name }) => name === 'compile C')).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('xtensa-linux-gnu-gcc'),
    })
    expect(code).toBe(2)
  })
})

describe('--baseline and --sarif', () => {
  test('tell what is new, what is fixed and what has another size', async () => {
    expect((await runLkft([...base('before'), 'LINE=3', 'WHAT=old'])).code).toBe(0)
    const words = ['LINE=4', 'WHAT=fresh', '--baseline', join(folder, 'before'), '--sarif']
    expect((await runLkft([...base('after'), ...words, '-K', 'CONFIG_MORE=y'])).code).toBe(0)
    const build = await readStage('build', join(folder, 'after'))
    expect(build.baseline).toMatchObject({ name: 'x86_64-gcc-tinyconfig', diagnostics: { new: 1, fixed: 1 } })
    expect(build.sizes).toMatchObject({ image: 100_000, vmlinux: 100_000 })
    const read = async (name: string): Promise<string> => readFile(join(folder, 'after', name), 'utf8')
    expect(await read('diagnostics-new.ndjson')).toContain('"fresh"')
    expect(await read('diagnostics-fixed.ndjson')).toContain('"old"')
    const sarif = JSON.parse(await read('diagnostics.sarif')) as { runs: { results: { baselineState: string }[] }[] }
    expect(sarif.runs[0]?.results.map(({ baselineState }) => baselineState).sort()).toEqual(['new', 'unchanged'])
    expect(build.artifacts.map(({ name }) => name)).toEqual(expect.arrayContaining(['diagnostics.sarif']))
  })

  test('a baseline that is no build is refused before anything is written', async () => {
    const { code, stderr } = await runLkft([...base('no-baseline'), '--baseline', tree])
    expect(stderr).toContain('is no build directory')
    expect(code).toBe(2)
    await expect(stat(join(folder, 'no-baseline'))).rejects.toThrow('ENOENT')
  })
})

test('the bill of materials names every artifact by its hash, and is the same for the same build', async () => {
  await runLkft([...base('bill'), '--name', 'x', 'LINE=3'])
  const first = await readFile(join(folder, 'bill/sbom.cdx.json'), 'utf8')
  const { artifacts } = await readStage('build', join(folder, 'bill'))
  await runLkft([...base('bill'), '--name', 'x', 'LINE=3', '-j', '1'])
  expect(await readFile(join(folder, 'bill/sbom.cdx.json'), 'utf8')).toBe(first)
  const bill = JSON.parse(first) as {
    components: { name: string; hashes: { content: string }[] }[]
  }
  expect(checkBill(bill)).toEqual([])
  expect(bill.components.map(({ name, hashes }) => [name, hashes[0]?.content])).toEqual(
    artifacts.filter(({ kind }) => kind !== 'log').map(({ name, sha256 }) => [name, sha256]),
  )
})

test('metadata.json has TuxMake’s groups', async () => {
  const metadata = JSON.parse(await readFile(join(folder, 'bill/metadata.json'), 'utf8')) as Record<string, object>
  const groups = 'build compiler hardware os resources results source system_map tools tuxmake uname vmlinux'
  expect(Object.keys(metadata)).toEqual(groups.split(' '))
  expect(metadata).toMatchObject({
    build: { reproducer_cmdline: expect.arrayContaining(['tuxmake', '--target-arch', 'x86_64', 'LINE=3']) },
    results: { warnings: 2, errors: 0, duration: { build: expect.any(Number), validate: expect.any(Number) } },
    system_map: { text_offset: '0x0' },
    vmlinux: { file_size: 100_000 },
  })
})

test('what is packed already is not packed again, what changed is', async () => {
  const words = ['-b', join(folder, 'kept'), '-z', 'xz', 'debugkernel']
  const packed = async (output: string): Promise<number> => {
    expect((await runLkft([...base(output), ...words])).code).toBe(0)
    return (await stat(join(folder, output, 'vmlinux.xz'))).mtimeMs
  }
  const first = await packed('packed')
  expect(await packed('packed')).toBe(first)
  await packed('packed-elsewhere')
  const names = ['packed', 'packed-elsewhere'].map(async (name) => readFile(join(folder, name, 'vmlinux.xz')))
  const [one, two] = await Promise.all(names)
  expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true)
  await writeFile(join(folder, 'packed/vmlinux.xz'), 'not what was packed')
  expect((await packed('packed')) > first).toBe(true)
  expect(await readFile(join(folder, 'packed/vmlinux.xz'))).toEqual(one)
})

describe('--ccache', () => {
  test('finds objects again at another place, and they are the bytes of a build without it', async () => {
    const files = {
      'extra.mk': object,
      'kernel/one.c': '#include "one.h"\nconst char *file = __FILE__;\nint one(void) { return ONE; }\n',
    }
    const objects: Buffer[] = []
    const rates: unknown[] = []
    for (const [place, more] of [
      ['here', ['--ccache', '--cache-dir', join(folder, 'ccache')]],
      ['there', ['--ccache', '--cache-dir', join(folder, 'ccache')]],
      ['plain', []],
    ] as const) {
      const source = await makeTinyTree(join(folder, place, 'linux'), { ...files, 'include/one.h': '#define ONE 1\n' })
      const build = join(folder, place, 'objects')
      expect((await runLkft([...base(`${place}/out`, source), '-b', build, ...more, 'default'])).code).toBe(0)
      objects.push(await readFile(join(build, 'one.o')))
      rates.push((await readStage('build', join(folder, place, 'out'))).compiler_cache)
    }
    expect(rates).toMatchObject([{ hits: 0, misses: 1 }, { hits: 1, misses: 0 }, undefined])
    expect(objects[1]?.equals(objects[0] ?? Buffer.alloc(0))).toBe(true)
    expect(objects[2]?.equals(objects[0] ?? Buffer.alloc(0))).toBe(true)
    expect(objects[0]?.includes(folder)).toBe(false)
  })

  test('--wrapper with a path runs that program, and the reproducer keeps it', async () => {
    const program = join(folder, 'programs/ccache')
    await mkdir(join(folder, 'programs'))
    await writeFile(program, `#!/bin/sh\necho called >> ${folder}/calls\nexec ccache "$@"\n`, { mode: 0o755 })
    const source = await makeTinyTree(join(folder, 'wrapped/linux'), {
      'extra.mk': object,
      'kernel/one.c': 'int one(void) { return 1; }\n',
    })
    const words = ['--wrapper', program, '--cache-dir', join(folder, 'wrapped/cache'), 'default']
    expect((await runLkft([...base('wrapped/out', source), ...words])).code).toBe(0)
    expect(await readFile(join(folder, 'calls'), 'utf8')).toBe('called\n')
    const { compiler_cache: cache, reproduce } = await readStage('build', join(folder, 'wrapped/out'))
    expect(cache).toMatchObject({ tool: 'ccache', misses: 1 })
    expect(reproduce).toContain(`--wrapper ${program}`)
    const inContainer = ['--runtime', 'podman-local', '--image', 'localhost/x', '--wrapper', program, '--dry-run']
    const { stdout } = await runLkft([...base('wrapped/dry', source), ...inContainer])
    expect(stdout).toContain(`--volume=${program}:/usr/local/bin/ccache:ro`)
    expect(stdout).toContain("'CC=ccache x86_64-linux-gnu-gcc'")
  })

  test('remote storage in a container without a network is refused with what to add', async () => {
    const words = ['--ccache-remote', 'http://x', '-r', 'podman-local', '-i', 'localhost/x', '-w', 'ccache']
    const { code, stderr } = await runLkft([...base('remote'), ...words])
    expect(stderr).toMatch(/a container has no network.*\n.*--network/)
    expect(code).toBe(2)
  })
})

test('--sccache counts, and leaves no server behind', async () => {
  const source = await makeTinyTree(join(folder, 'sccache/linux'), {
    'extra.mk': object,
    'kernel/one.c': 'int one(void) { return 1; }\n',
  })
  const cache = ['--sccache', '--cache-dir', join(folder, 'sccache/cache'), 'default']
  const stats = async (name: string): Promise<unknown> => {
    expect((await runLkft([...base(name, source), '-b', join(folder, 'sccache/b'), ...cache])).code).toBe(0)
    return (await readStage('build', join(folder, name))).compiler_cache
  }
  expect(await stats('sccache/1')).toMatchObject({ tool: 'sccache', hits: 0, misses: 1 })
  expect(await stats('sccache/2')).toMatchObject({ tool: 'sccache', hits: 1, misses: 0 })
  expect(await serversOf(join(folder, 'sccache/cache'))).toEqual([])
})

/** Processes whose environment names this folder as sccache's. */
async function serversOf(cache: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '')
    if (environment.includes(`SCCACHE_DIR=${cache}`)) found.push(id)
  }
  return found
}
