import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import { quoteWord } from '#process/command-line'
import type { Build } from '#schema/documents'
import { type Claim, claims } from '../support/claims.ts'
import { recordEvidence } from '../support/evidence.ts'
import { crossImage, type KernelImage } from '../support/kernel-image.ts'
import { runLkft } from '../support/run-lkft.ts'
import { sharedSource } from '../support/shared-kernel.ts'

const run = promisify(execFile)

let folder: string
let kernel: KernelImage
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-matrix-'))
  kernel = await crossImage()
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

interface Cell {
  readonly name: string
  readonly words: readonly string[]
  readonly image: string
  /** e_machine, word size and byte order of vmlinux. */
  readonly elf: readonly [machine: number, bits: 32 | 64, order: 'little' | 'big']
  readonly artifacts?: readonly string[]
}

/** A target that needs no kernel image, or brings its own. */
interface Part {
  readonly name: string
  readonly words: readonly string[]
  readonly artifact: RegExp
  /** A line of the listing of what is inside. */
  readonly holds: RegExp
  readonly list: (file: string) => readonly [program: string, ...words: string[]]
}

const withModule = ['-K', 'CONFIG_MODULES=y', '-K', 'CONFIG_BINFMT_SCRIPT=m']

/** Small kernels of linux-source-6.1 by Debian's compilers; all targets where other artifacts are named. */
const cells: readonly Cell[] = [
  {
    name: 'x86_64-gcc',
    words: ['-a', 'x86_64', '-K', 'CONFIG_64BIT=y', ...withModule],
    image: 'bzImage',
    elf: [62, 64, 'little'],
    artifacts: ['modules.tar.zst', 'headers.tar.zst'],
  },
  {
    name: 'x86_64-clang',
    words: ['-a', 'x86_64', '-t', 'clang', '-K', 'CONFIG_64BIT=y'],
    image: 'bzImage',
    elf: [62, 64, 'little'],
  },
  { name: 'arm64-gcc', words: ['-a', 'arm64'], image: 'Image.gz', elf: [183, 64, 'little'] },
  { name: 'arm64-llvm', words: ['-a', 'arm64', '--llvm'], image: 'Image.gz', elf: [183, 64, 'little'] },
  { name: 'riscv-gcc', words: ['-a', 'riscv'], image: 'Image.gz', elf: [243, 64, 'little'] },
  { name: 'arm-gcc', words: ['-a', 'arm'], image: 'zImage', elf: [40, 32, 'little'] },
  { name: 'i386-gcc', words: ['-a', 'i386'], image: 'bzImage', elf: [3, 32, 'little'] },
  {
    name: 'powerpc-gcc',
    words: ['-a', 'powerpc', '-K', 'CONFIG_PPC64=y', '-K', 'CONFIG_CPU_LITTLE_ENDIAN=y'],
    image: 'zImage',
    elf: [21, 64, 'little'],
  },
  { name: 's390-gcc', words: ['-a', 's390'], image: 'bzImage', elf: [22, 64, 'big'] },
  { name: 'um-gcc', words: ['-a', 'um', '-K', 'CONFIG_64BIT=y'], image: 'linux', elf: [62, 64, 'little'] },
]

const tar = (file: string): readonly [string, ...string[]] => ['tar', '--zstd', '-tf', file]
/** perf without what would need a library. */
const smallPerf = ['NO_LIBELF', 'NO_LIBPYTHON', 'NO_LIBPERL', 'NO_LIBTRACEEVENT', 'NO_SLANG', 'NO_JEVENTS', 'NO_LIBBPF']

const parts: readonly Part[] = [
  {
    name: 'arm64-dtbs',
    words: ['-a', 'arm64', '-K', 'CONFIG_ARCH_VEXPRESS=y', 'dtbs'],
    artifact: /^dtbs\.tar\.zst$/,
    holds: /^dtbs\/arm\/foundation-v8\.dtb$/m,
    list: tar,
  },
  {
    name: 'x86_64-kselftest',
    words: ['-a', 'x86_64', '-K', 'CONFIG_64BIT=y', 'TARGETS=size timers', 'kselftest'],
    artifact: /^kselftest\.tar\.zst$/,
    holds: /^\.\/size\/get_size$[^]*^\.\/timers\/posix_timers$/m,
    list: tar,
  },
  {
    name: 'x86_64-perf',
    words: ['-a', 'x86_64', ...smallPerf.map((name) => `${name}=1`), 'BUILD_BPF_SKEL=0', 'perf'],
    artifact: /^perf\.tar\.zst$/,
    holds: /^\.\/usr\/bin\/perf$/m,
    list: tar,
  },
  {
    name: 'x86_64-bindeb',
    words: ['-a', 'x86_64', '-K', 'CONFIG_64BIT=y', 'bindeb-pkg'],
    artifact: /^linux-image-.*_amd64\.deb$/,
    holds: / \.\/boot\/vmlinuz-/,
    list: (file) => ['dpkg-deb', '-c', file],
  },
]

test.each(parts)('$name', async ({ name, words, artifact, holds, list }) => {
  const output = join(folder, name)
  const request = ['build', '-C', await sharedSource(), '-k', 'tinyconfig', '-o', output, '-r', 'podman-local']
  const { code, stderr } = await runLkft([...request, '-i', kernel.image, ...words], { env: kernel.env })
  expect(code, stderr.slice(-2000)).toBe(0)
  const build = await readStage('build', output)
  expect(build.targets.filter(({ status }) => status !== 'pass')).toEqual([])
  const made = build.artifacts.find((each) => artifact.test(each.name))
  if (made === undefined) throw new Error(`no ${artifact.source} in ${JSON.stringify(build.artifacts)}`)
  const [program, ...args] = list(join(output, made.name))
  const { stdout } = await run(program, args, { maxBuffer: 1 << 26 })
  expect(stdout).toMatch(holds)
  const files = stdout.split('\n').filter((line) => !/\/$|^$/.test(line)).length
  await record(name, words, build, `${made.name}, ${files} files`)
})

test.each(cells)('$name', async ({ name, words, image, elf, artifacts = [] }) => {
  const output = join(folder, name)
  const objects = join(folder, `${name}.objects`)
  const targets = artifacts.length > 0 ? [] : ['kernel', 'debugkernel']
  const request = ['build', '-C', await sharedSource(), '-k', 'tinyconfig', ...words, '-o', output, '-b', objects]
  const container = ['-r', 'podman-local', '-i', kernel.image]
  const { code, stderr } = await runLkft([...request, ...container, ...targets], { env: kernel.env })
  expect(code, stderr.slice(-2000)).toBe(0)
  const build = await readStage('build', output)
  const made = build.artifacts.map((artifact) => artifact.name)
  expect(made).toEqual(expect.arrayContaining([image, 'vmlinux.zst', ...artifacts]))
  expect(build.kconfig.requested.filter(({ status }) => status !== 'applied')).toEqual([])
  expect(readElf(await readFile(join(objects, 'vmlinux')))).toEqual(elf)
  await rm(objects, { recursive: true })
  await record(name, words, build, made.join(', '))
})

async function record(name: string, words: readonly string[], build: Build, made: string): Promise<void> {
  const claim = (Object.keys(claims) as Claim[]).find((each) => each === `build-${name}`)
  // Not claimed yet: the build is tested all the same.
  if (claim === undefined) return
  await recordEvidence({
    claim,
    command: `lkft build -k tinyconfig ${words.map(quoteWord).join(' ')} -r podman-local -i IMAGE`,
    kernel: build.source.kernel_release ?? build.source.kernel_version,
    figure: `${made}; ${build.compiler?.full ?? ''}; ${Math.round(build.duration_seconds)} s`,
  })
}

function readElf(bytes: Buffer): Cell['elf'] {
  const isLittle = bytes[5] === 1
  const machine = isLittle ? bytes.readUInt16LE(18) : bytes.readUInt16BE(18)
  return [machine, bytes[4] === 2 ? 64 : 32, isLittle ? 'little' : 'big']
}
