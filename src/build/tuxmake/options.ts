/** What one of TuxMake's options becomes. */
export interface TuxmakeOption {
  /** Its long name, then its short one. */
  readonly names: readonly [string, ...string[]]
  readonly takesValue: boolean
  /** lkft's words for it; `undefined` when lkft has none. */
  readonly translate: (value: string) => readonly string[] | undefined
  /** What to do instead, where it has no translation. */
  readonly instead?: string
}

const same =
  (name: string): ((value: string) => readonly string[]) =>
  (value) => [name, value]
const flag =
  (...words: readonly string[]): (() => readonly string[]) =>
  () =>
    words
const none = (): undefined => undefined

const wrappers = new Set(['none', 'ccache', 'sccache'])

/** Source: TuxMake 1.43's command line. Sorted by long name. */
export const tuxmakeOptions: readonly TuxmakeOption[] = [
  { names: ['--build-dir', '-b'], takesValue: true, translate: same('--build-dir') },
  { names: ['--check-environment'], takesValue: false, translate: flag('--check-environment') },
  // Colours only TuxMake's support matrix.
  { names: ['--color', '-c'], takesValue: true, translate: flag() },
  { names: ['--compression-type', '-z'], takesValue: true, translate: same('--compression-type') },
  { names: ['--debug', '-d'], takesValue: false, translate: flag('--verbose') },
  { names: ['--directory', '-C'], takesValue: true, translate: same('--source') },
  { names: ['--docker-image'], takesValue: true, translate: same('--image') },
  {
    names: ['--download-all-korg-gcc-toolchains'],
    takesValue: false,
    translate: none,
    instead: 'lkft fetches no compilers; use an image that has them',
  },
  { names: ['--environment', '-e'], takesValue: true, translate: same('--environment') },
  { names: ['--fail-fast', '-F'], takesValue: false, translate: flag('--fail-fast') },
  { names: ['--help', '-h'], takesValue: false, translate: flag('--help') },
  { names: ['--image', '-i'], takesValue: true, translate: same('--image') },
  { names: ['--image-registry'], takesValue: true, translate: same('--image-registry') },
  { names: ['--jobs', '-j'], takesValue: true, translate: same('--jobs') },
  { names: ['--kconfig', '-k'], takesValue: true, translate: same('--kconfig') },
  { names: ['--kconfig-add', '-K'], takesValue: true, translate: same('--kconfig-add') },
  { names: ['--kernel-image', '-I'], takesValue: true, translate: same('--kernel-image') },
  {
    names: ['--korg-toolchains-directory'],
    takesValue: true,
    translate: none,
    instead: 'lkft fetches no compilers; use an image that has them',
  },
  {
    names: ['--list-architectures', '-A'],
    takesValue: false,
    translate: none,
    instead: "run 'lkft toolchains --json'",
  },
  { names: ['--list-runtimes', '-R'], takesValue: false, translate: none, instead: "run 'lkft build --help'" },
  { names: ['--list-toolchains', '-T'], takesValue: false, translate: none, instead: "run 'lkft toolchains'" },
  { names: ['--make-target', '-M'], takesValue: true, translate: (value) => [`make:${value}`] },
  { names: ['--output-dir', '-o'], takesValue: true, translate: same('--output-dir') },
  { names: ['--post-build-hook'], takesValue: true, translate: same('--post-build-hook') },
  { names: ['--pre-build-hook'], takesValue: true, translate: same('--pre-build-hook') },
  { names: ['--print-support-matrix', '-p'], takesValue: false, translate: flag('--print-support-matrix') },
  // lkft shows the build's output only with --verbose.
  { names: ['--quiet', '-q'], takesValue: false, translate: flag() },
  { names: ['--results-hook'], takesValue: true, translate: same('--results-hook') },
  { names: ['--runtime', '-r'], takesValue: true, translate: same('--runtime') },
  { names: ['--shell', '-s'], takesValue: false, translate: flag('--shell') },
  { names: ['--target-arch', '-a'], takesValue: true, translate: same('--target-arch') },
  { names: ['--toolchain', '-t'], takesValue: true, translate: same('--toolchain') },
  { names: ['--verbose', '-v'], takesValue: false, translate: flag('--verbose') },
  { names: ['--version', '-V'], takesValue: false, translate: none, instead: "run 'lkft --version'" },
  {
    names: ['--wrapper', '-w'],
    takesValue: true,
    translate: (value) => {
      const name = value.split('/').at(-1) ?? value
      return wrappers.has(name) ? ['--wrapper', value] : undefined
    },
    instead: 'wrappers are ccache and sccache',
  },
]
