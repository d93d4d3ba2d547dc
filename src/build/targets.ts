import type { Step } from '#build/target-step'

/** What a target may ask about the tree, the final configuration and the request. */
export interface TargetFacts {
  /** Value of a symbol in the final .config, without the CONFIG_ prefix; `n` when absent. */
  readonly symbol: (name: string) => string
  /** Text of the top Makefile. */
  readonly makefile: string
  /** Text of arch/<srcarch>/Makefile. */
  readonly archMakefile: string
  /** True when a file or folder of the source tree exists. */
  readonly inSource: (path: string) => boolean
  /** Folder under arch/. */
  readonly srcarch: string
  /** make target of the image, its file below the build directory, and the artifact's name. */
  readonly image: { readonly goal: string; readonly file: string; readonly artifact: string }
  /** Path of the build directory as make sees it. */
  readonly build: string
  /** The architecture has headers for user space. */
  readonly exportsHeaders: boolean
  /** A console log was given for decode-stacktrace. */
  readonly hasBootLog: boolean
}

export interface Target {
  readonly name: string
  readonly dependencies: readonly string[]
  /** A failure is a warning. */
  readonly nonfatal?: boolean
  /** Why the target does not apply here; undefined when it does. */
  readonly skip?: (facts: TargetFacts) => string | undefined
  readonly steps: (facts: TargetFacts) => readonly Step[]
}

const hasDts = (facts: TargetFacts): boolean => facts.inSource(`arch/${facts.srcarch}/boot/dts`)
const hasRule = (text: string, rule: string): boolean =>
  new RegExp(`^(?:[\\w%. -]+ )?${rule}(?: [\\w%. -]+)?:`, 'm').test(text)
const xip = (facts: TargetFacts): boolean => facts.symbol('XIP_KERNEL') === 'y'

/** Source: TuxMake 1.43's target files. Here in the order they run; `config` comes before all that depend on it. */
export const targets: readonly Target[] = [
  { name: 'config', dependencies: [], steps: () => [] },
  {
    name: 'default',
    dependencies: ['config'],
    steps: () => [{ kind: 'make', goals: ['all'], joint: true }],
  },
  {
    name: 'kernel',
    dependencies: ['default'],
    skip: (facts) => (xip(facts) ? 'CONFIG_XIP_KERNEL=y: xipkernel makes the image' : undefined),
    steps: ({ image }) => [
      { kind: 'make', goals: [image.goal], joint: true },
      { kind: 'copy', file: image.file, artifact: image.artifact },
    ],
  },
  {
    name: 'xipkernel',
    dependencies: ['default'],
    skip: (facts) => (xip(facts) ? undefined : 'CONFIG_XIP_KERNEL is not set'),
    steps: ({ srcarch }) => [
      { kind: 'make', goals: ['xipImage'], joint: true },
      { kind: 'copy', file: `arch/${srcarch}/boot/xipImage`, artifact: 'xipImage' },
    ],
  },
  {
    name: 'modules',
    dependencies: ['default'],
    skip: ({ symbol }) => (symbol('MODULES') === 'y' ? undefined : 'CONFIG_MODULES is not set'),
    steps: ({ build }) => [
      { kind: 'folder', folder: 'modinstall' },
      {
        kind: 'make',
        goals: ['modules_install'],
        variables: { INSTALL_MOD_STRIP: '1', INSTALL_MOD_PATH: `${build}/modinstall` },
      },
      { kind: 'archive', folder: 'modinstall', content: 'lib', artifact: 'modules' },
    ],
  },
  {
    name: 'dtbs',
    dependencies: ['config'],
    skip: (facts) => {
      if (!hasDts(facts)) return 'the architecture has no device trees'
      return hasRule(facts.makefile, 'dtbs_install') ? undefined : 'this kernel has no dtbs_install'
    },
    steps: ({ build }) => [
      { kind: 'make', goals: ['dtbs'], joint: true },
      { kind: 'folder', folder: 'dtbsinstall/dtbs' },
      { kind: 'make', goals: ['dtbs_install'], variables: { INSTALL_DTBS_PATH: `${build}/dtbsinstall/dtbs` } },
      { kind: 'archive', folder: 'dtbsinstall', content: 'dtbs', artifact: 'dtbs' },
    ],
  },
  {
    name: 'dtbs-legacy',
    dependencies: ['config'],
    skip: (facts) => {
      if (!hasDts(facts)) return 'the architecture has no device trees'
      if (hasRule(facts.makefile, 'dtbs_install')) return 'dtbs makes them'
      return hasRule(facts.archMakefile, 'dtbs') ? undefined : 'this kernel has no dtbs target'
    },
    steps: ({ srcarch }) => [
      { kind: 'make', goals: ['dtbs'], joint: true },
      { kind: 'gather', from: `arch/${srcarch}/boot/dts`, pattern: /\.dtb$/, to: 'dtbsinstall/dtbs' },
      { kind: 'archive', folder: 'dtbsinstall', content: 'dtbs', artifact: 'dtbs' },
    ],
  },
  {
    name: 'dtbs_check',
    dependencies: ['config'],
    skip: (facts) => {
      if (!hasDts(facts)) return 'the architecture has no device trees'
      return hasRule(facts.makefile, 'dtbs_check') ? undefined : 'this kernel has no dtbs_check'
    },
    steps: () => [{ kind: 'make', goals: ['dtbs_check'] }],
  },
  {
    name: 'debugkernel',
    dependencies: ['default'],
    steps: () => [
      { kind: 'compress', file: 'vmlinux', artifact: 'vmlinux' },
      { kind: 'copy', file: 'System.map', artifact: 'System.map' },
    ],
  },
  {
    name: 'headers',
    dependencies: ['config'],
    skip: ({ exportsHeaders }) => (exportsHeaders ? undefined : 'the architecture exports no headers'),
    steps: ({ build }) => [
      {
        kind: 'make',
        goals: ['headers_install'],
        variables: { INSTALL_HDR_PATH: `${build}/install_hdr` },
        joint: true,
      },
      { kind: 'archive', folder: 'install_hdr', content: 'include', artifact: 'headers' },
    ],
  },
  {
    name: 'kselftest',
    dependencies: ['config'],
    nonfatal: true,
    steps: ({ build }) => kselftest(build, 'kselftest', {}),
  },
  {
    name: 'kselftest-bpf',
    dependencies: ['kernel', 'headers'],
    nonfatal: true,
    steps: ({ build }) =>
      kselftest(build, 'kselftest-bpf', { TARGETS: 'bpf', SKIP_TARGETS: '', VMLINUX_BTF: `${build}/vmlinux` }),
  },
  { name: 'perf', dependencies: [], steps: ({ build }) => tool(build, 'perf', 'tools/perf', 'install-bin') },
  {
    name: 'cpupower',
    dependencies: [],
    steps: ({ build }) => tool(build, 'cpupower', 'tools/power/cpupower', 'install'),
  },
  {
    name: 'bindeb-pkg',
    dependencies: ['default'],
    steps: () => [
      { kind: 'make', goals: ['bindeb-pkg'], leavesBeside: true },
      { kind: 'move', from: 'beside', pattern: /^linux-.*\.deb$/, rubbish: /^linux-.*\.(?:changes|buildinfo)$/ },
    ],
  },
  {
    name: 'binrpm-pkg',
    dependencies: ['default'],
    steps: ({ build }) => [
      { kind: 'make', goals: ['binrpm-pkg'], environment: { HOME: build } },
      { kind: 'move', from: { folder: 'rpmbuild/RPMS' }, pattern: /^kernel-.*\.rpm$/ },
    ],
  },
  {
    name: 'targz-pkg',
    dependencies: ['default'],
    steps: () => [
      { kind: 'make', goals: ['targz-pkg'] },
      { kind: 'move', from: { folder: '.' }, pattern: /^linux-.*\.tar\.gz$/ },
    ],
  },
  { name: 'clang-analyzer', dependencies: ['config'], steps: () => [{ kind: 'make', goals: ['clang-analyzer'] }] },
  {
    name: 'decode-stacktrace',
    dependencies: [],
    skip: ({ inSource, hasBootLog }) => {
      if (!hasBootLog) return 'no console log was given'
      return inSource('scripts/decode_stacktrace.sh') ? undefined : 'this kernel has no scripts/decode_stacktrace.sh'
    },
    steps: () => [
      {
        kind: 'script',
        argv: ['scripts/decode_stacktrace.sh', 'vmlinux'],
        stdin: 'boot_log.txt',
        stdout: 'decoded-stacktrace.txt',
      },
      { kind: 'copy', file: 'decoded-stacktrace.txt', artifact: 'decoded-stacktrace.txt' },
    ],
  },
]

function kselftest(build: string, name: string, extra: Readonly<Record<string, string>>): readonly Step[] {
  const folder = `${name.replace('-', '_')}_install`
  const variables = { INSTALL_PATH: `${build}/${folder}`, KDIR: build, ...extra }
  const directory = 'tools/testing/selftests'
  return [
    { kind: 'folder', folder },
    { kind: 'make', goals: ['all'], variables, directory, llvmInsteadOfCc: true },
    { kind: 'make', goals: ['install'], variables, directory, llvmInsteadOfCc: true, ignoreErrors: true },
    { kind: 'archive', folder, content: '.', artifact: name },
  ]
}

function tool(build: string, name: string, directory: string, install: string): readonly Step[] {
  const folder = `${name}-install`
  const variables = { DESTDIR: `${build}/${folder}/usr` }
  return [
    { kind: 'folder', folder },
    { kind: 'make', goals: [], variables, directory },
    { kind: 'make', goals: [install], variables, directory },
    { kind: 'archive', folder, content: '.', artifact: name },
  ]
}
