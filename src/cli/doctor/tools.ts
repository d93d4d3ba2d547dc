/** One program that some part of lkft runs. */
export interface Tool {
  readonly program: string
  /** The Debian or Ubuntu package that has it. */
  readonly package: string
  /** What it is for, in a few words. */
  readonly purpose: string
}

/** One thing a user wants to do, and the tools for it. `all`: every one is needed; `any`: one is enough. */
export interface ToolGroup {
  readonly name: string
  readonly need: 'all' | 'any'
  /** Without it the main job (build and boot x86_64) does not work. */
  readonly essential: boolean
  readonly tools: readonly Tool[]
}

const cross = (triplet: string, name: string): Tool => ({
  program: `${triplet}-gcc`,
  package: `gcc-${triplet.replace('x86_64', 'x86-64')}`,
  purpose: `build ${name} kernels`,
})

const qemu = (program: string, pkg: string, devices: string): Tool => ({
  program: `qemu-system-${program}`,
  package: pkg,
  purpose: devices,
})

/** Package names as in Debian 12 and Ubuntu 24.04. */
export const toolGroups: readonly ToolGroup[] = [
  {
    name: 'kernel build',
    need: 'all',
    essential: true,
    tools: [
      { program: 'make', package: 'make', purpose: 'run kbuild' },
      { program: 'gcc', package: 'gcc', purpose: 'host tools and native kernels' },
      { program: 'ld', package: 'binutils', purpose: 'link' },
      { program: 'flex', package: 'flex', purpose: 'kconfig and dtc' },
      { program: 'bison', package: 'bison', purpose: 'kconfig and dtc' },
      { program: 'bc', package: 'bc', purpose: 'kernel/time' },
      { program: 'tar', package: 'tar', purpose: 'archives' },
      { program: 'rsync', package: 'rsync', purpose: 'headers_install' },
    ],
  },
  {
    name: 'virtual devices',
    need: 'any',
    essential: true,
    tools: [
      qemu('x86_64', 'qemu-system-x86', 'qemu-x86_64, qemu-i386'),
      qemu('aarch64', 'qemu-system-arm', 'qemu-arm64, qemu-armv7, qemu-armv5'),
      qemu('riscv64', 'qemu-system-misc', 'qemu-riscv64, qemu-m68k, qemu-s390, qemu-sh4'),
      qemu('ppc64', 'qemu-system-ppc', 'qemu-ppc64le, qemu-ppc64, qemu-ppc32'),
      qemu('mips64el', 'qemu-system-mips', 'qemu-mips*'),
      qemu('sparc64', 'qemu-system-sparc', 'qemu-sparc64'),
    ],
  },
  {
    name: 'container runtime',
    need: 'any',
    essential: false,
    tools: [
      { program: 'podman', package: 'podman', purpose: '--runtime podman' },
      { program: 'docker', package: 'docker.io', purpose: '--runtime docker' },
    ],
  },
  {
    name: 'cross compilers',
    need: 'any',
    essential: false,
    tools: [
      cross('aarch64-linux-gnu', 'arm64'),
      cross('arm-linux-gnueabihf', 'armhf'),
      cross('i686-linux-gnu', 'i386'),
      cross('mips-linux-gnu', 'mips'),
      cross('powerpc64le-linux-gnu', 'powerpc'),
      cross('riscv64-linux-gnu', 'riscv'),
      cross('s390x-linux-gnu', 's390'),
    ],
  },
  {
    name: 'LLVM',
    need: 'all',
    essential: false,
    tools: [
      { program: 'clang', package: 'clang', purpose: '--toolchain clang' },
      { program: 'ld.lld', package: 'lld', purpose: '--llvm' },
      { program: 'llvm-ar', package: 'llvm', purpose: '--llvm' },
    ],
  },
  {
    name: 'speed and sharing',
    need: 'any',
    essential: false,
    tools: [
      { program: 'ccache', package: 'ccache', purpose: 'compile cache' },
      { program: 'zstd', package: 'zstd', purpose: 'archives' },
      { program: 'git', package: 'git', purpose: 'facts of the source tree, results repository' },
    ],
  },
]
