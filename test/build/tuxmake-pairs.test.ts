import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { completeBuildRequest } from '#build/build-request'
import { listBuildCommands } from '#build/list-build-commands'
import { makeTinyTree } from '../support/tiny-tree.ts'

// Every pair of TuxMake 1.43's support matrix: what it builds, lkft builds with the same variables and image; what it
// refuses, lkft refuses. The facts here are those of TuxMake's documentation and command lines, not of lkft's tables.

const text = readFileSync(join(import.meta.dirname, 'fixtures/tuxmake-images.txt'), 'utf8')
const [, columns = '', ...rows] = text.trim().split('\n')
const names = columns.slice(2).split(' ')
const pairs = rows.flatMap((row) => {
  const [toolchain = '', marks = ''] = row.split(/ +/)
  return marks.split('').map((mark, index) => ({ toolchain, arch: names[index] ?? '', isBuilt: mark === 'y' }))
})

/** ARCH, CROSS_COMPILE, the image's goal, and what else stands in every command of the architecture. */
const architectures: Readonly<Record<string, readonly [arch: string, cross: string, goal: string, more?: string]>> = {
  alpha: ['alpha', 'alpha-linux-gnu-', 'boot'],
  arc: ['arc', 'arc-linux-gnu-', 'uImage.gz'],
  arm64: ['arm64', 'aarch64-linux-gnu-', 'Image.gz', 'CROSS_COMPILE_COMPAT=arm-linux-gnueabihf-'],
  armel: ['arm', 'arm-linux-gnueabi-', 'zImage'],
  armhf: ['arm', 'arm-linux-gnueabihf-', 'zImage'],
  csky: ['csky', 'csky-linux-gnu-', 'zImage'],
  hexagon: ['hexagon', 'hexagon-linux-musl-', 'vmlinux', 'LLVM=1 LLVM_IAS=1'],
  i386: ['i386', 'i686-linux-gnu-', 'bzImage', 'SRCARCH=x86'],
  loongarch: ['loongarch', 'loongarch64-linux-gnu-', 'vmlinuz.efi'],
  m68k: ['m68k', 'm68k-linux-gnu-', 'vmlinux.gz'],
  microblaze: ['microblaze', 'microblaze-linux-gnu-', 'linux.bin.gz'],
  mips: ['mips', 'mips-linux-gnu-', 'uImage.gz'],
  nios2: ['nios2', 'nios2-linux-gnu-', 'zImage'],
  openrisc: ['openrisc', 'or1k-linux-', 'vmlinux.bin'],
  parisc: ['parisc', 'hppa-linux-gnu-', 'bzImage'],
  powerpc: ['powerpc', 'powerpc64le-linux-gnu-', 'zImage'],
  riscv: ['riscv', 'riscv64-linux-gnu-', 'Image.gz'],
  s390: ['s390', 's390x-linux-gnu-', 'bzImage'],
  sh: ['sh', 'sh4-linux-gnu-', 'zImage'],
  sparc: ['sparc', 'sparc64-linux-gnu-', 'zImage'],
  um: ['um', '', 'linux'],
  x86_64: ['x86_64', 'x86_64-linux-gnu-', 'bzImage', 'SRCARCH=x86'],
  xtensa: ['xtensa', 'xtensa-linux-gnu-', 'zImage'],
}

/** Releases and triplets of kernel.org's gcc. */
const korgReleases = '8.5.0 9.5.0 10.5.0 11.5.0 12.4.0 13.3.0 14.2.0 15.2.0 16.1.0'.split(' ')
const korgTriplets: Readonly<Record<string, string>> = {
  arm64: 'aarch64-linux',
  armel: 'arm-linux-gnueabi',
  loongarch: 'loongarch64-linux',
  openrisc: 'or1k-linux',
  parisc: 'hppa-linux',
  powerpc: 'powerpc64-linux',
  riscv: 'riscv64-linux',
  sparc: 'sparc64-linux',
}

/** The variables of every make call, sorted, then the image's goal. */
function expected(toolchain: string, name: string): string {
  const [arch = '', cross = '', goal = '', more = ''] = architectures[name] ?? []
  const words = new Map(more.split(' ').flatMap((word) => (word === '' ? [] : [word.split('=') as [string, string]])))
  words.set('ARCH', arch)
  if (cross !== '') words.set('CROSS_COMPILE', cross)
  if (toolchain.includes('clang')) {
    words.set('HOSTCC', 'clang').set('CC', 'clang')
    if (name === 'loongarch') words.set('LLVM', '1').set('LLVM_IAS', '1')
  } else if (toolchain.startsWith('korg-gcc')) {
    const major = toolchain.split('-')[2] ?? '14'
    const release = korgReleases.find((each) => each.startsWith(`${major}.`))
    const triplet = korgTriplets[name] ?? `${name}-linux`
    words.set('HOSTCC', 'gcc').set('CROSS_COMPILE', `/build/gcc-${release}-nolibc/${triplet}/bin/${triplet}-`)
  } else if (/^gcc-[89]$/.test(toolchain)) {
    words.set('HOSTCC', 'gcc')
    if (name === 'arc') words.set('CROSS_COMPILE', 'arc-elf32-')
  }
  return [...[...words].map((entry) => entry.join('=')).sort(), goal].join(' ')
}

let folder: string
let tree: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-pairs-'))
  const folders = new Set(
    Object.values(architectures).map(([arch]) => (arch === 'i386' || arch === 'x86_64' ? 'x86' : arch)),
  )
  const files = [...folders].map((name) => [`arch/${name}/Makefile`, '# tiny\n'])
  tree = await makeTinyTree(join(folder, 'tree'), Object.fromEntries(files) as Record<string, string>)
})
afterAll(async () => rm(folder, { recursive: true }))

async function dryRun(toolchain: string, targetArch: string): Promise<readonly string[]> {
  const request = completeBuildRequest({
    source: tree,
    outputDir: join(folder, 'out'),
    targetArch,
    toolchain,
    kconfig: 'tinyconfig',
    runtime: 'podman',
    allowUnpinned: true,
    targets: ['config', 'kernel'],
  })
  const commands = await listBuildCommands(request)
  return commands.flatMap(({ argv }) => (argv.includes('make') ? [argv.slice(argv.indexOf('make') + 1).join(' ')] : []))
}

test('the matrix has 53 toolchains for 23 architectures, 688 of their pairs with an image', () => {
  expect(names).toEqual(Object.keys(architectures))
  expect(pairs).toHaveLength(53 * 23)
  expect(pairs.filter(({ isBuilt }) => isBuilt)).toHaveLength(688)
})

describe.each([...new Set(pairs.map(({ toolchain }) => toolchain))])('%s', (toolchain) => {
  const mine = pairs.filter((pair) => pair.toolchain === toolchain)

  test('has the variables and the image of TuxMake for each architecture it builds', async () => {
    for (const { arch } of mine.filter(({ isBuilt }) => isBuilt)) {
      const lines = await dryRun(toolchain, arch)
      const shown = lines.map((line) => line.split(' ').filter((word) => !/^(?:-|\/src$|O=|tinyconfig$)/.test(word)))
      for (const words of shown)
        expect(
          words
            .filter((word) => word.includes('='))
            .sort()
            .join(' '),
          arch,
        ).toBe(expected(toolchain, arch).split(' ').slice(0, -1).join(' '))
      expect(shown.at(-1)?.at(-1)).toBe(expected(toolchain, arch).split(' ').at(-1))
    }
  })

  test('is refused with a reason for each other', async () => {
    for (const { arch } of mine.filter(({ isBuilt }) => !isBuilt)) {
      await expect(dryRun(toolchain, arch), arch).rejects.toThrow(`there is no image for ${arch} with ${toolchain}`)
    }
  })
})
