import type { Architecture } from '#build/architectures'
import { LkftError } from '#errors/lkft-error'
import { nearestNames } from '#errors/nearest-names'

export type ToolchainFamily = 'gcc' | 'clang' | 'korg-gcc' | 'korg-clang' | 'rustgcc' | 'rustclang'

/** One toolchain that images exist for. */
export interface ToolchainRow {
  readonly name: string
  /** Architectures that there is an image for. */
  readonly architectures: readonly string[]
}

/** A toolchain as a build uses it: the name may carry a version without an image (null runtime). */
export interface Toolchain {
  readonly name: string
  readonly family: ToolchainFamily
  /** What follows the family's name, e.g. `14`; undefined when there is none. */
  readonly suffix: string | undefined
}

const words = (text: string): readonly string[] => text.split(' ')

const clang10 = words('arm64 armel armhf hexagon i386 mips powerpc riscv s390 um x86_64')
const clang17 = words('arm64 armel armhf hexagon i386 loongarch mips powerpc riscv s390 um x86_64')
const clang20 = words('arm64 armel armhf hexagon i386 loongarch mips powerpc riscv s390 sparc um x86_64')
const gcc8 = words('arc arm64 armel armhf i386 mips parisc powerpc riscv s390 sh sparc um x86_64')
const gcc13 = words('arc arm64 armel armhf i386 m68k mips parisc powerpc riscv s390 sh sparc um x86_64')
const korgClang11 = words('arm64 armhf hexagon i386 mips powerpc riscv s390 um x86_64')
const korgClang18 = words('arm64 armhf hexagon i386 loongarch mips powerpc riscv s390 um x86_64')
const korgClang20 = words('arm64 armhf hexagon i386 loongarch mips powerpc riscv s390 sparc um x86_64')
const korgGcc14 = words(
  'alpha arc arm64 armel csky i386 loongarch m68k microblaze mips nios2 openrisc powerpc riscv s390 sh sparc x86_64 xtensa',
)
const korgGcc8 = [...korgGcc14, 'parisc'].sort()
const rust = words('arm64 armel armhf powerpc riscv x86_64')

const row = (architectures: readonly string[], names: string): readonly ToolchainRow[] =>
  words(names).map((name) => ({ name, architectures }))

/** Source: TuxMake 1.43's support matrix for its images. Sorted by name. */
export const toolchains: readonly ToolchainRow[] = [
  ...row(clang10, 'clang clang-10 clang-11 clang-12 clang-13 clang-14 clang-15 clang-16'),
  ...row(clang17, 'clang-17 clang-18 clang-19'),
  ...row(clang20, 'clang-20 clang-21 clang-22 clang-nightly'),
  ...row(words('arm64 armhf hexagon i386 riscv um x86_64'), 'clang-android'),
  ...row(gcc8, 'gcc gcc-8 gcc-9'),
  ...row(words('arm64 armel armhf i386 mips parisc powerpc riscv s390 sh sparc um x86_64'), 'gcc-10'),
  ...row(words('arm64 armel armhf i386 parisc powerpc riscv s390 sh sparc um x86_64'), 'gcc-11'),
  ...row(words('arc arm64 armel armhf i386 m68k mips powerpc riscv s390 um x86_64'), 'gcc-12'),
  ...row(gcc13, 'gcc-13 gcc-14 gcc-15 gcc-16'),
  ...row(korgClang18, 'korg-clang korg-clang-18 korg-clang-19'),
  ...row(
    korgClang11,
    'korg-clang-11 korg-clang-12 korg-clang-13 korg-clang-14 korg-clang-15 korg-clang-16 korg-clang-17',
  ),
  ...row(korgClang20, 'korg-clang-20 korg-clang-21 korg-clang-22 korg-clang-23'),
  ...row(korgGcc14, 'korg-gcc korg-gcc-14 korg-gcc-15 korg-gcc-16'),
  ...row(korgGcc8, 'korg-gcc-8 korg-gcc-9 korg-gcc-10 korg-gcc-11 korg-gcc-12 korg-gcc-13'),
  ...row([...rust, 'um'].sort(), 'rust'),
  ...row(rust, 'rustclang rustgcc'),
].sort((a, b) => (a.name < b.name ? -1 : 1))

/** Newest release of each kernel.org gcc, by its major version. Source: kernel.org's tool/crosstool listing as TuxMake 1.43 has it. */
export const korgGccReleases: Readonly<Record<string, string>> = {
  '8': '8.5.0',
  '9': '9.5.0',
  '10': '10.5.0',
  '11': '11.5.0',
  '12': '12.4.0',
  '13': '13.3.0',
  '14': '14.2.0',
  '15': '15.2.0',
  '16': '16.1.0',
}

const grammar = /^(?<family>(?:korg-)?(?:gcc|clang)|rustgcc|rustclang|rust)(?:-(?<suffix>[\w.+-]+))?$/

/**
 * Reads a toolchain's name: a family, optionally a version.
 *
 * @throws LkftError UNKNOWN_NAME with the nearest names
 */
export function parseToolchain(name: string): Toolchain {
  const match = grammar.exec(name)?.groups
  if (match === undefined) {
    const names = toolchains.map((entry) => entry.name)
    const near = nearestNames(name, names)
    throw new LkftError('UNKNOWN_NAME', `unknown toolchain '${name}'`, {
      hint:
        near.length > 0
          ? `Did you mean ${near.join(', ')}?`
          : 'Families: gcc, clang, korg-gcc, korg-clang, rustgcc, rustclang.',
    })
  }
  const family = match['family'] === 'rust' ? 'rustgcc' : (match['family'] as ToolchainFamily)
  return { name, family, suffix: match['suffix'] }
}

/** The make variables that a toolchain adds for an architecture. */
export function toolchainVariables(toolchain: Toolchain, architecture: Architecture): Readonly<Record<string, string>> {
  switch (toolchain.family) {
    case 'clang':
    case 'korg-clang':
    case 'rustclang':
      return {
        HOSTCC: 'clang',
        CC: 'clang',
        ...(needsWholeLlvm.has(architecture.name) ? { LLVM: '1', LLVM_IAS: '1' } : {}),
      }
    case 'korg-gcc':
      return { HOSTCC: 'gcc' }
    case 'gcc':
      return oldGcc.has(toolchain.suffix ?? '')
        ? { HOSTCC: 'gcc', ...(architecture.name === 'arc' ? { CROSS_COMPILE: 'arc-elf32-' } : {}) }
        : {}
    case 'rustgcc':
      return {}
  }
}

/** Clang has no GNU binutils to use there. */
const needsWholeLlvm = new Set(['loongarch'])
const oldGcc = new Set(['8', '9'])

/** True where the compiler is clang. */
export function usesClang(toolchain: Toolchain): boolean {
  return toolchain.family.endsWith('clang')
}

/** Folder and prefix of a kernel.org gcc below the folder it is unpacked to. */
export function korgPrefix(toolchain: Toolchain, architecture: Architecture): string {
  const release = korgRelease(toolchain)
  const triplet = `${architecture.korgName ?? architecture.name}-${architecture.korgSuffix ?? 'linux'}`
  return `gcc-${release}-nolibc/${triplet}/bin/${triplet}-`
}

/** The full release of a kernel.org gcc: `korg-gcc-14` is 14.2.0, `korg-gcc` too. */
export function korgRelease(toolchain: Toolchain): string {
  const suffix = toolchain.suffix ?? '14'
  return korgGccReleases[suffix] ?? suffix
}
