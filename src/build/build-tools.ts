/** One program of the build environment. */
export interface BuildTool {
  readonly name: string
  /** Words that make it say its version. */
  readonly version: readonly string[]
  /** Debian package that has it. */
  readonly debianPackage: string
  /** What it is needed for; `every build` makes its absence a failure. */
  readonly neededFor: string
}

const every = 'every build'
const v = ['--version']

/** Source: Documentation/process/changes.rst of Linux 6.1 and the tools that TuxMake's images have. Sorted by name. */
export const buildTools: readonly BuildTool[] = [
  { name: 'bc', version: v, debianPackage: 'bc', neededFor: every },
  { name: 'bindgen', version: v, debianPackage: 'bindgen', neededFor: 'CONFIG_RUST' },
  { name: 'bison', version: v, debianPackage: 'bison', neededFor: every },
  { name: 'ccache', version: v, debianPackage: 'ccache', neededFor: '--wrapper ccache' },
  { name: 'clang', version: v, debianPackage: 'clang', neededFor: 'the clang toolchains' },
  { name: 'cpio', version: v, debianPackage: 'cpio', neededFor: 'CONFIG_IKHEADERS and built-in initramfs' },
  { name: 'depmod', version: v, debianPackage: 'kmod', neededFor: 'modules' },
  { name: 'dpkg-buildpackage', version: v, debianPackage: 'dpkg-dev', neededFor: 'bindeb-pkg' },
  { name: 'dt-validate', version: v, debianPackage: 'dt-schema', neededFor: 'dtbs_check' },
  { name: 'dtc', version: v, debianPackage: 'device-tree-compiler', neededFor: 'dtbs_check' },
  { name: 'flex', version: v, debianPackage: 'flex', neededFor: every },
  { name: 'gcc', version: v, debianPackage: 'gcc', neededFor: 'host tools of the gcc toolchains' },
  { name: 'git', version: v, debianPackage: 'git', neededFor: 'CONFIG_LOCALVERSION_AUTO' },
  { name: 'gzip', version: v, debianPackage: 'gzip', neededFor: every },
  { name: 'ld', version: v, debianPackage: 'binutils', neededFor: every },
  { name: 'ld.lld', version: v, debianPackage: 'lld', neededFor: 'LLVM=1' },
  { name: 'lz4', version: v, debianPackage: 'lz4', neededFor: 'CONFIG_KERNEL_LZ4' },
  { name: 'lzop', version: v, debianPackage: 'lzop', neededFor: 'CONFIG_KERNEL_LZO' },
  { name: 'make', version: v, debianPackage: 'make', neededFor: every },
  { name: 'mkimage', version: ['-V'], debianPackage: 'u-boot-tools', neededFor: 'uImage' },
  { name: 'openssl', version: ['version'], debianPackage: 'openssl', neededFor: 'CONFIG_MODULE_SIG' },
  { name: 'pahole', version: v, debianPackage: 'pahole', neededFor: 'CONFIG_DEBUG_INFO_BTF' },
  { name: 'perl', version: v, debianPackage: 'perl', neededFor: every },
  { name: 'pkg-config', version: v, debianPackage: 'pkg-config', neededFor: 'menuconfig, objtool and perf' },
  { name: 'python3', version: v, debianPackage: 'python3', neededFor: 'perf, BPF documents and some drivers' },
  { name: 'rpmbuild', version: v, debianPackage: 'rpm', neededFor: 'binrpm-pkg' },
  { name: 'rsync', version: v, debianPackage: 'rsync', neededFor: 'headers and kselftest' },
  { name: 'rustc', version: v, debianPackage: 'rustc', neededFor: 'CONFIG_RUST' },
  { name: 'sccache', version: v, debianPackage: 'sccache', neededFor: '--wrapper sccache' },
  { name: 'sparse', version: v, debianPackage: 'sparse', neededFor: 'C=1' },
  { name: 'tar', version: v, debianPackage: 'tar', neededFor: every },
  { name: 'xz', version: v, debianPackage: 'xz-utils', neededFor: 'CONFIG_KERNEL_XZ' },
  { name: 'zstd', version: v, debianPackage: 'zstd', neededFor: 'CONFIG_KERNEL_ZSTD' },
]
