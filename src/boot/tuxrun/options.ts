import { joinPlace } from '#boot/overlay-place'

/** What one of TuxRun's options becomes. */
export interface TuxrunOption {
  readonly name: string
  /** How many values follow it: none, one, at least one, or one and perhaps a second. */
  readonly values: 'none' | 'one' | 'many' | 'one-or-two' | 'up-to-two'
  /** lkft's words for it; undefined when lkft has none for these values. */
  readonly translate: (values: readonly string[]) => readonly string[] | undefined
  /** What to do instead, where it has no translation. */
  readonly instead?: string
}

const flag =
  (...words: readonly string[]): TuxrunOption['translate'] =>
  () =>
    words
const each =
  (option: string): TuxrunOption['translate'] =>
  (values) =>
    values.flatMap((value) => [option, value])
const none = (): undefined => undefined
const files = "it is in the run directory, '--output-dir'"

/** An archive, and where it is unpacked. */
const archive =
  (option: string): TuxrunOption['translate'] =>
  ([url = '', path = '/']) =>
    path.startsWith('/') ? [option, joinPlace(url, path)] : undefined

/** `deploy` needs no limit: lkft's downloads are retried and can be interrupted. */
function timeout(value: string): readonly string[] | undefined {
  const [, name = '', minutes = ''] = /^([^=]+)=(\d+)$/.exec(value) ?? []
  if (name === '') return undefined
  if (name === 'deploy') return []
  return name === 'boot' ? ['--boot-timeout', String(Number(minutes) * 60)] : ['--suite-timeout', `${name}=${minutes}`]
}

/** Parameters that TuxRun takes for the machine. */
const machineParameters: Readonly<Record<string, readonly string[]>> = {
  'cpu.lpa2=off': ['--cpu', 'max,pauth-impdef=on,lpa2=off'],
  'cpu.lpa2=on': ['--cpu', 'max,pauth-impdef=on,lpa2=on'],
  'machine.highmem=off': ['--machine', 'virt,gic-version=3,highmem=off', '--memory', '3G'],
  'machine.highmem=on': ['--machine', 'virt,gic-version=3,highmem=on'],
}

function parameter(value: string): readonly string[] | undefined {
  if (value.includes('$BUILD/') || /^(?:CPUPOWER|KSELFTEST|PERF)=/.test(value)) return undefined
  return machineParameters[value] ?? ['--parameter', value]
}

function secret(value: string): readonly string[] | undefined {
  return /^[A-Za-z_]\w*=.{4}/s.test(value) ? ['--secret', value] : undefined
}

function partition([value = '']: readonly string[]): readonly string[] | undefined {
  return /^\d+$/.test(value) ? ['--partition', String(Number(value) + 1)] : undefined
}

const all =
  (one: (value: string) => readonly string[] | undefined): TuxrunOption['translate'] =>
  (values) => {
    const words = values.map(one)
    return words.includes(undefined) ? undefined : words.flatMap((found) => found ?? [])
  }

/** A file that TuxRun writes where it is told: copied from the run directory afterwards. */
const copied =
  (name: string): TuxrunOption['translate'] =>
  ([file = '']) =>
    file === '-' ? [] : ['--copy', `${name}=${file}`]

/** Source: TuxRun 1.10.0's command line. Sorted by name. */
export const tuxrunOptions: readonly TuxrunOption[] = [
  { name: '--ap-romfw', values: 'one', translate: each('--ap-romfw') },
  { name: '--bios', values: 'one', translate: each('--bios') },
  { name: '--bl1', values: 'one', translate: each('--bl1') },
  { name: '--boot-args', values: 'one', translate: each('--boot-args') },
  { name: '--cache-dir', values: 'one', translate: none, instead: 'set LKFT_CACHE_DIR' },
  { name: '--debug', values: 'none', translate: flag('--verbose') },
  { name: '--device', values: 'one', translate: each('--device') },
  { name: '--device-dict', values: 'one', translate: none, instead: "real boards: 'lkft lab'" },
  // Where LAVA keeps downloads while it runs; lkft cleans up after itself.
  { name: '--dispatcher-download-dir', values: 'one', translate: flag() },
  { name: '--dtb', values: 'one', translate: each('--dtb') },
  { name: '--enable-cca', values: 'none', translate: flag('--cca') },
  { name: '--enable-kvm', values: 'none', translate: flag('--accel', 'kvm') },
  { name: '--enable-network', values: 'none', translate: flag('--network') },
  {
    name: '--enable-trustzone',
    values: 'none',
    translate: flag('--machine', 'virt,virtualization=on,gic-version=3,mte=on,secure=on'),
  },
  { name: '--fip', values: 'one', translate: each('--fip') },
  { name: '--fvp-ubl-license', values: 'one', translate: none, instead: "install the licence on the model's machine" },
  { name: '--help', values: 'none', translate: flag('--help') },
  { name: '--image', values: 'one', translate: none, instead: 'lkft runs the QEMU of this machine' },
  { name: '--job-definition', values: 'one', translate: none, instead: "a LAVA job: 'lkft lab lava'" },
  { name: '--kernel', values: 'one', translate: each('--kernel') },
  { name: '--lava-definition', values: 'none', translate: none, instead: "a LAVA job: 'lkft lab lava'" },
  { name: '--list-devices', values: 'none', translate: none, instead: "run 'lkft devices'" },
  { name: '--list-tests', values: 'none', translate: none, instead: "run 'lkft suites'" },
  { name: '--log-file', values: 'one', translate: copied('console.log') },
  { name: '--log-file-html', values: 'one', translate: copied('console.html') },
  { name: '--log-file-text', values: 'one', translate: copied('console.log') },
  { name: '--log-file-yaml', values: 'one', translate: none, instead: `console.ndjson has the times; ${files}` },
  { name: '--mcp-fw', values: 'one', translate: each('--mcp-fw') },
  { name: '--mcp-romfw', values: 'one', translate: each('--mcp-romfw') },
  { name: '--metadata', values: 'one', translate: copied('run.json') },
  {
    name: '--modules',
    values: 'one-or-two',
    translate: archive('--modules'),
    instead: 'the place is an absolute path',
  },
  {
    name: '--overlay',
    values: 'one-or-two',
    translate: archive('--overlay'),
    instead: 'the place is an absolute path',
  },
  {
    name: '--parameters',
    values: 'many',
    translate: all(parameter),
    instead: 'give archives of programs with --overlay, packed as they are to lie below /',
  },
  // TuxRun counts from 0.
  { name: '--partition', values: 'one', translate: partition, instead: 'a number from 0' },
  { name: '--pflash', values: 'one', translate: each('--pflash') },
  // lkft looks for no prompt.
  { name: '--prompt', values: 'one', translate: flag() },
  { name: '--pull', values: 'none', translate: flag() },
  { name: '--qemu-binary', values: 'one', translate: each('--qemu-binary') },
  { name: '--qemu-image', values: 'one', translate: none, instead: 'lkft runs the QEMU of this machine' },
  { name: '--results', values: 'one', translate: copied('results.json') },
  { name: '--results-hook', values: 'one', translate: each('--results-hook') },
  { name: '--rootfs', values: 'one', translate: each('--rootfs') },
  {
    name: '--runtime',
    values: 'one',
    translate: ([name]) => (name === 'null' ? [] : undefined),
    instead: "lkft runs the QEMU of this machine, as '--runtime null' does",
  },
  { name: '--save-outputs', values: 'none', translate: flag() },
  { name: '--scp-fw', values: 'one', translate: each('--scp-fw') },
  { name: '--scp-romfw', values: 'one', translate: each('--scp-romfw') },
  { name: '--secrets', values: 'many', translate: all(secret), instead: 'KEY=VALUE of at least four characters' },
  {
    name: '--shared',
    values: 'up-to-two',
    translate: ([folder, place]) =>
      folder === undefined ? undefined : ['--shared', place === undefined ? folder : `${folder}:${place}`],
    instead: 'name the folder: lkft shares no run directory',
  },
  // TuxRun's is one over the network; this one is on the console, and has the network too.
  { name: '--shell', values: 'none', translate: flag('--shell', '--network') },
  { name: '--ssh-host', values: 'one', translate: each('--ssh-host') },
  { name: '--ssh-identity-file', values: 'one', translate: each('--ssh-identity-file') },
  { name: '--ssh-port', values: 'one', translate: each('--ssh-port') },
  { name: '--ssh-prompt', values: 'one', translate: flag() },
  { name: '--ssh-user', values: 'one', translate: each('--ssh-user') },
  {
    name: '--test-definitions',
    values: 'one',
    translate: none,
    instead: "lkft's suites need none; one of yours: --test-definition",
  },
  { name: '--tests', values: 'many', translate: each('--suite') },
  { name: '--timeouts', values: 'many', translate: all(timeout), instead: 'KEY=MINUTES' },
  { name: '--tuxbuild', values: 'one', translate: each('--tuxbuild') },
  { name: '--tuxmake', values: 'one', translate: each('--tuxmake') },
  { name: '--uefi', values: 'one', translate: each('--uefi') },
  { name: '--update-cache', values: 'none', translate: none, instead: 'lkft downloads what a boot needs, once' },
  { name: '--version', values: 'none', translate: none, instead: "run 'lkft --version'" },
]
