import { unknownName } from '#errors/nearest-names'

/** One target architecture, as `--target-arch` names it. */
export interface Architecture {
  readonly name: string
  readonly aliases: readonly string[]
  /** make's ARCH, and the folder under arch/ unless `srcarch` is given. */
  readonly arch: string
  /** make's SRCARCH, passed only where ARCH is no folder. */
  readonly srcarch?: string
  /** make's CROSS_COMPILE; absent where the host's own compiler builds it. */
  readonly crossCompile?: string
  /** Variables that this architecture always needs. */
  readonly variables?: Readonly<Record<string, string>>
  /** Prefixes tried in order for make's CROSS_COMPILE_COMPAT (the 32-bit vDSO). */
  readonly compatPrefixes?: readonly string[]
  /** make target of the bootable image. */
  readonly image: string
  /** Where that image is in the build directory; `boot` is arch/<srcarch>/boot. */
  readonly imageFolder: 'boot' | 'top'
  /** File the image target makes, where it is named otherwise. */
  readonly imageFile?: string
  /** Name in kernel.org's cross toolchains, where it is not `name`. */
  readonly korgName?: string
  /** End of its triplet there, where it is not `linux`. */
  readonly korgSuffix?: string
  /** What stands in names of container images, where it is not `name`. */
  readonly imageName?: string
  readonly noHeaders?: boolean
  /** Debian package of the GNU cross compiler, if there is one. */
  readonly debianPackage?: string
}

/** Source: TuxMake 1.43's architecture files; packages of Debian 12. Sorted by name. */
export const architectures: readonly Architecture[] = [
  {
    name: 'alpha',
    aliases: [],
    arch: 'alpha',
    crossCompile: 'alpha-linux-gnu-',
    image: 'boot',
    imageFolder: 'boot',
    imageFile: 'vmlinux.gz',
    debianPackage: 'gcc-alpha-linux-gnu',
  },
  { name: 'arc', aliases: [], arch: 'arc', crossCompile: 'arc-linux-gnu-', image: 'uImage.gz', imageFolder: 'boot' },
  {
    name: 'arm64',
    aliases: ['aarch64'],
    arch: 'arm64',
    crossCompile: 'aarch64-linux-gnu-',
    compatPrefixes: ['arm-linux-gnueabihf-', 'arm-linux-gnueabi-', 'arm-linux-gnu-', 'arm-none-eabi-'],
    image: 'Image.gz',
    imageFolder: 'boot',
    korgName: 'aarch64',
    debianPackage: 'gcc-aarch64-linux-gnu',
  },
  {
    name: 'armel',
    aliases: ['armv5'],
    arch: 'arm',
    crossCompile: 'arm-linux-gnueabi-',
    image: 'zImage',
    imageFolder: 'boot',
    korgName: 'arm',
    korgSuffix: 'linux-gnueabi',
    debianPackage: 'gcc-arm-linux-gnueabi',
  },
  {
    name: 'armhf',
    aliases: ['arm', 'armv8l'],
    arch: 'arm',
    crossCompile: 'arm-linux-gnueabihf-',
    image: 'zImage',
    imageFolder: 'boot',
    debianPackage: 'gcc-arm-linux-gnueabihf',
  },
  { name: 'csky', aliases: [], arch: 'csky', crossCompile: 'csky-linux-gnu-', image: 'zImage', imageFolder: 'boot' },
  {
    name: 'hexagon',
    aliases: [],
    arch: 'hexagon',
    crossCompile: 'hexagon-linux-musl-',
    variables: { LLVM: '1', LLVM_IAS: '1' },
    image: 'vmlinux',
    imageFolder: 'top',
  },
  {
    name: 'i386',
    aliases: ['i686'],
    arch: 'i386',
    srcarch: 'x86',
    crossCompile: 'i686-linux-gnu-',
    image: 'bzImage',
    imageFolder: 'boot',
    debianPackage: 'gcc-i686-linux-gnu',
  },
  {
    name: 'loongarch',
    aliases: [],
    arch: 'loongarch',
    crossCompile: 'loongarch64-linux-gnu-',
    image: 'vmlinuz.efi',
    imageFolder: 'boot',
    korgName: 'loongarch64',
    debianPackage: 'gcc-loongarch64-linux-gnu',
  },
  {
    name: 'm68k',
    aliases: [],
    arch: 'm68k',
    crossCompile: 'm68k-linux-gnu-',
    image: 'vmlinux.gz',
    imageFolder: 'top',
    debianPackage: 'gcc-m68k-linux-gnu',
  },
  {
    name: 'microblaze',
    aliases: [],
    arch: 'microblaze',
    crossCompile: 'microblaze-linux-gnu-',
    image: 'linux.bin.gz',
    imageFolder: 'boot',
  },
  {
    name: 'mips',
    aliases: [],
    arch: 'mips',
    crossCompile: 'mips-linux-gnu-',
    image: 'uImage.gz',
    imageFolder: 'boot',
    debianPackage: 'gcc-mips-linux-gnu',
  },
  { name: 'nios2', aliases: [], arch: 'nios2', crossCompile: 'nios2-linux-gnu-', image: 'zImage', imageFolder: 'boot' },
  {
    name: 'openrisc',
    aliases: [],
    arch: 'openrisc',
    crossCompile: 'or1k-linux-',
    image: 'vmlinux.bin',
    imageFolder: 'boot',
    korgName: 'or1k',
  },
  {
    name: 'parisc',
    aliases: [],
    arch: 'parisc',
    crossCompile: 'hppa-linux-gnu-',
    image: 'bzImage',
    imageFolder: 'boot',
    korgName: 'hppa',
    debianPackage: 'gcc-hppa-linux-gnu',
  },
  {
    name: 'powerpc',
    aliases: [],
    arch: 'powerpc',
    crossCompile: 'powerpc64le-linux-gnu-',
    image: 'zImage',
    imageFolder: 'boot',
    korgName: 'powerpc64',
    debianPackage: 'gcc-powerpc64le-linux-gnu',
  },
  {
    name: 'riscv',
    aliases: ['riscv64'],
    arch: 'riscv',
    crossCompile: 'riscv64-linux-gnu-',
    image: 'Image.gz',
    imageFolder: 'boot',
    korgName: 'riscv64',
    debianPackage: 'gcc-riscv64-linux-gnu',
  },
  {
    name: 's390',
    aliases: ['s390x'],
    arch: 's390',
    crossCompile: 's390x-linux-gnu-',
    image: 'bzImage',
    imageFolder: 'boot',
    debianPackage: 'gcc-s390x-linux-gnu',
  },
  {
    name: 'sh',
    aliases: ['sh2', 'sh4'],
    arch: 'sh',
    crossCompile: 'sh4-linux-gnu-',
    image: 'zImage',
    imageFolder: 'boot',
    debianPackage: 'gcc-sh4-linux-gnu',
  },
  {
    name: 'sparc',
    aliases: [],
    arch: 'sparc',
    crossCompile: 'sparc64-linux-gnu-',
    image: 'zImage',
    imageFolder: 'boot',
    korgName: 'sparc64',
    debianPackage: 'gcc-sparc64-linux-gnu',
  },
  {
    name: 'um',
    aliases: [],
    arch: 'um',
    image: 'linux',
    imageFolder: 'top',
    imageName: 'x86_64',
    noHeaders: true,
    debianPackage: 'gcc',
  },
  {
    name: 'x86_64',
    aliases: ['amd64'],
    arch: 'x86_64',
    srcarch: 'x86',
    crossCompile: 'x86_64-linux-gnu-',
    image: 'bzImage',
    imageFolder: 'boot',
    debianPackage: 'gcc-x86-64-linux-gnu',
  },
  {
    name: 'xtensa',
    aliases: [],
    arch: 'xtensa',
    crossCompile: 'xtensa-linux-gnu-',
    image: 'zImage',
    imageFolder: 'boot',
  },
]

/**
 * The row for a name or an alias.
 *
 * @throws LkftError UNKNOWN_NAME with the nearest names
 */
export function findArchitecture(name: string): Architecture {
  const found = architectures.find((row) => row.name === name || row.aliases.includes(name))
  if (found !== undefined) return found
  throw unknownName(
    'target architecture',
    name,
    architectures.flatMap((row) => [row.name, ...row.aliases]),
  )
}

/** Folder under arch/ that holds the architecture's sources. */
export function sourceArchitecture(row: Architecture): string {
  return row.srcarch ?? row.arch
}
