import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import { containersOn, type KernelImage, kernelImage, podman } from '../support/kernel-image.ts'
import { runLkft } from '../support/run-lkft.ts'
import { makeTinyImage } from '../support/tiny-image.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'

const run = promisify(execFile)

const probe = `probe:
	@touch $(CURDIR)/written 2>/dev/null && echo "SRC writable" || echo "SRC read-only"
	@echo "PATHS $(CURDIR) $(O)"
	@sed -n 's/^ *\\([a-z0-9]*\\):.*/NET \\1/p' /proc/net/dev
	@grep -E 'NoNewPrivs|CapEff' /proc/self/status
	@head -c 1000 /dev/zero > $(O)/owned
bindeb-pkg: all
	@echo deb > $(O)/../linux-image-6.99_1_amd64.deb; touch $(O)/../linux-upstream_1.changes
greedy:
	@echo "  CC      greedy.o"; while [ ! -e $(O)/limited ]; do sleep 0.1; done; head -c 300M /dev/zero | tail > /dev/null; exit 1
`

let folder: string
let tree: string
let kernel: KernelImage
beforeAll(async () => {
  kernel = await kernelImage()
  folder = await mkdtemp(join(tmpdir(), 'lkft-container-'))
  tree = await makeTinyTree(join(folder, 'tree'), { 'extra.mk': probe, 'my.config': 'CONFIG_MINE=y\n' })
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

async function build(
  name: string,
  words: readonly string[],
): Promise<{ code: number | null; stderr: string; log: string }> {
  const base = [
    'build',
    '--source',
    tree,
    '--target-arch',
    'x86_64',
    '--kconfig',
    'tinyconfig',
    '-o',
    join(folder, name),
  ]
  const { code, stderr } = await runLkft([...base, ...words], { env: kernel.env })
  return { code, stderr, log: await readFile(join(folder, name, 'build.log'), 'utf8').catch(() => '') }
}

test('the source is read-only at /src, the build at /build, there is no network and no privilege', async () => {
  const words = ['--runtime', 'podman-local', '--image', kernel.image, '-b', join(folder, 'objects'), 'make:probe']
  const { code, log } = await build('probe', words)
  expect(code).toBe(0)
  expect(log).toContain('SRC read-only')
  expect(log).toContain('PATHS /src /build')
  expect(log.match(/^NET .*/gm)).toEqual(['NET lo'])
  expect(log).toMatch(/NoNewPrivs:\s+1/)
  expect(log).toMatch(/CapEff:\s+0+$/m)
  expect((await stat(join(folder, 'objects/owned'))).uid).toBe(process.getuid?.())
  expect(await containersOn(kernel.env, folder)).toEqual([])
})

test('fragments from a file and in line are merged although the source is read-only', async () => {
  const words = [
    '--runtime',
    'podman-local',
    '--image',
    kernel.image,
    '-K',
    join(tree, 'my.config'),
    '-K',
    'CONFIG_TWO=2',
  ]
  const { code } = await build('fragments', words)
  expect(code).toBe(0)
  const record = await readStage('build', join(folder, 'fragments'))
  expect(record.kconfig.requested.map(({ status }) => status)).toEqual(['applied', 'applied'])
  expect(record.container?.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(record.reproduce).toContain(`@${record.container?.digest}`)
})

test('the digest in reproduce.sh is an image that runs', async () => {
  const { container } = await readStage('build', join(folder, 'fragments'))
  const image = `${kernel.image.replace(/:[^/:]+$/, '')}@${container?.digest}`
  const { code } = await build('by-digest', ['--runtime', 'podman-local', '--image', image, 'config'])
  expect(code).toBe(0)
})

test('packages that the tree leaves beside the build directory arrive, and nothing else that lies there', async () => {
  const kept = join(folder, 'packages/linux-kept_1_amd64.deb')
  await mkdir(join(folder, 'packages/objects'), { recursive: true })
  await writeFile(kept, 'mine')
  await utimes(kept, 1, 1)
  for (const [name, words] of [
    ['deb-podman', ['--runtime', 'podman-local', '--image', kernel.image]],
    ['deb-null', ['-b', join(folder, 'packages/objects')]],
  ] as const) {
    expect((await build(name, [...words, 'bindeb-pkg'])).code).toBe(0)
    const { artifacts } = await readStage('build', join(folder, name))
    expect(artifacts.map((artifact) => artifact.name)).toContain('linux-image-6.99_1_amd64.deb')
    expect(await readFile(join(folder, name, 'linux-image-6.99_1_amd64.deb'), 'utf8')).toBe('deb\n')
  }
  expect(await readdir(join(folder, 'packages'))).toEqual(['linux-kept_1_amd64.deb', 'objects'])
})

test('an image that is not here is the infrastructure’s fault and named', async () => {
  const { code, stderr } = await build('absent', ['--runtime', 'podman-local', '--image', 'localhost/no-such:image'])
  expect(code).toBe(3)
  expect((await readStage('build', join(folder, 'absent'))).cause).toMatchObject({
    code: 'CONTAINER_FAILED',
    message: 'the image localhost/no-such:image is not on this machine',
  })
  expect(stderr).not.toMatch(/^ +at /m)
})

test('an image that cannot start says so, with what the engine said', async () => {
  await mkdir(join(folder, 'empty'))
  await run('tar', ['-cf', join(folder, 'empty.tar'), '-C', join(folder, 'empty'), '.'])
  await podman(kernel.env, 'import', '--quiet', join(folder, 'empty.tar'), 'localhost/lkft-empty:1')
  const { code } = await build('unstartable', ['--runtime', 'podman-local', '--image', 'localhost/lkft-empty:1'])
  expect(code).toBe(3)
  expect((await readStage('build', join(folder, 'unstartable'))).cause).toMatchObject({
    code: 'CONTAINER_FAILED',
    message: expect.stringMatching(/^podman cannot start a container of sha256:[0-9a-f]+: .*\/bin\/sh/),
  })
  await podman(kernel.env, 'image', 'rm', '--force', 'localhost/lkft-empty:1')
})

test('a container that is killed under a build is the infrastructure’s fault, not the kernel’s', async () => {
  const output = join(folder, 'killed')
  const words = ['build', '-C', tree, '-a', 'x86_64', '-k', 'tinyconfig', '-v', '-o', output, 'make:sleep']
  const over = new AbortController()
  const { code } = await runLkft([...words, '--runtime', 'podman-local', '--image', kernel.image], {
    env: kernel.env,
    started: (_pid, told) => {
      void (async () => {
        while (!over.signal.aborted && !told().includes('asleep.o')) await sleep(50)
        const [name = ''] = (await containersOn(kernel.env, output)).map((line) => line.split(' ', 1)[0])
        if (!over.signal.aborted) await podman(kernel.env, 'kill', name)
      })()
    },
  })
  over.abort()
  expect(code).toBe(3)
  expect((await readStage('build', output)).cause).toMatchObject({
    code: 'CONTAINER_FAILED',
    message: expect.stringContaining('the container was killed'),
  })
})

test('a compiler that was killed for memory is the infrastructure’s fault, and named so', async () => {
  const output = join(folder, 'memory')
  const words = ['build', '-C', tree, '-a', 'x86_64', '-k', 'tinyconfig', '-v', '-o', output, 'make:greedy']
  const over = new AbortController()
  const { code } = await runLkft([...words, '--runtime', 'podman-local', '--image', kernel.image], {
    env: kernel.env,
    started: (_pid, told) => {
      void (async () => {
        while (!over.signal.aborted && !told().includes('greedy.o')) await sleep(50)
        const [name = ''] = (await containersOn(kernel.env, output)).map((line) => line.split(' ', 1)[0])
        if (!over.signal.aborted) await podman(kernel.env, 'update', '--memory=64m', '--memory-swap=64m', name)
        await writeFile(join(output, 'build/limited'), '')
      })()
    },
  })
  over.abort()
  expect(code).toBe(3)
  expect((await readStage('build', output)).cause).toMatchObject({
    code: 'CONTAINER_FAILED',
    message: 'make greedy was killed: the container ran out of memory',
  })
})

test('a program that the image lacks is the image’s fault, not the kernel’s', async () => {
  const image = 'localhost/lkft-no-make:1'
  await makeTinyImage(image, kernel.env, 'no make', ['make'])
  const { code } = await build('no-make', ['--runtime', 'podman-local', '--image', image, 'config'])
  await podman(kernel.env, 'image', 'rm', '--force', image)
  expect(code).toBe(3)
  expect((await readStage('build', join(folder, 'no-make'))).cause).toMatchObject({
    code: 'CONTAINER_FAILED',
    message: expect.stringMatching(/^make tinyconfig did not run: podman exec said: .*make.* not found/),
  })
})

test('a pair without an image is refused before anything is written', async () => {
  const { code, stderr } = await build('refused', ['--runtime', 'podman', '--toolchain', 'clang-android', '-a', 's390'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/there is no image for s390 with clang-android.*\n.*Toolchains with an image for s390: .*gcc/)
  await expect(stat(join(folder, 'refused'))).rejects.toThrow('ENOENT')
})
