import { resolve } from 'node:path'
import type { BootRequest } from '#boot/boot-request'
import { firmwareNames } from '#boot/fvp/fvp-device'
import { type CommandLine, formatCommandLine, HiddenCharacterError } from '#process/command-line'

/** Options of `lkft boot` and the fields of a request they come from, in the order they are written. */
const options: readonly (readonly [
  string,
  (request: BootRequest) => string | number | readonly string[] | undefined,
])[] = [
  ['--build', ({ build }) => file(build)],
  ['--kernel', ({ kernel }) => file(kernel)],
  ['--device', ({ device }) => device],
  ['--suite', ({ suites }) => suites],
  ['--command', ({ commands }) => commands],
  ['--test-definition', ({ testDefinitions }) => testDefinitions?.map((name) => file(name) ?? name)],
  ['--skip-file', ({ skipFiles }) => skipFiles?.map((name) => file(name) ?? name)],
  ['--expect-failures', ({ expectedFailures }) => expectedFailures?.map((name) => file(name) ?? name)],
  [
    '--suite-timeout',
    ({ suiteMinutes }) => Object.entries(suiteMinutes ?? {}).map(([name, minutes]) => `${name}=${minutes}`),
  ],
  ['--modules', ({ modules }) => file(modules)],
  ['--overlay', ({ overlays }) => overlays?.map((name) => file(name) ?? name)],
  ['--rootfs', ({ rootfs }) => file(rootfs)],
  ['--partition', ({ partition }) => partition],
  ['--disk-bus', ({ diskBus }) => diskBus],
  ['--dtb', ({ dtb }) => file(dtb)],
  ['--bios', ({ bios }) => file(bios)],
  ['--pflash', ({ pflash }) => pflash?.map((name) => file(name) ?? name)],
  ['--fvp-binary', ({ fvpBinary }) => fvpBinary],
  ...firmwareNames.map((name): (typeof options)[number] => [`--${name}`, ({ firmware }) => file(firmware?.[name])]),
  ['--ssh-host', ({ ssh }) => ssh?.host],
  ['--ssh-port', ({ ssh }) => ssh?.port],
  ['--ssh-user', ({ ssh }) => ssh?.user],
  ['--ssh-identity-file', ({ ssh }) => file(ssh?.identityFile)],
  ['--shared', ({ shared }) => file(shared)],
  ['--boot-args', ({ bootArgs }) => bootArgs],
  ['--environment', ({ environment }) => environment],
  ['--profile', ({ profile }) => profile],
  ['--accel', ({ accelerator }) => accelerator],
  ['--machine', ({ machine }) => machine],
  ['--cpu', ({ cpu }) => cpu],
  ['--memory', ({ memory }) => memory],
  ['--smp', ({ smp }) => smp],
  ['--qemu-binary', ({ qemuBinary }) => qemuBinary],
  ['--qemu-arg', ({ qemuArgs }) => qemuArgs?.map((word) => `=${word}`)],
  ['--on-warning', ({ onWarning }) => onWarning],
  ['--retries', ({ retries }) => retries],
  ['--shards', ({ shards }) => shards],
  ['--parameter', ({ parameters }) => Object.entries(parameters ?? {}).map(([key, value]) => `${key}=${value}`)],
  // By name alone: the value comes from the environment.
  ['--secret', ({ secrets }) => Object.keys(secrets ?? {})],
  ['--silence', ({ silenceSeconds }) => silenceSeconds],
  ['--test-timeout', ({ testTimeoutSeconds }) => testTimeoutSeconds],
  ['--timeout', ({ timeoutSeconds }) => timeoutSeconds],
  ['--boot-timeout', ({ bootTimeoutSeconds }) => bootTimeoutSeconds],
]

/** The command that repeats a boot, quoted for a shell; null when a value cannot be shown as shell words. */
export function reproduceCommand(request: BootRequest): string | null {
  const words = options.flatMap(([option, read]) => {
    const value = read(request)
    const values = value === undefined ? [] : Array.isArray(value) ? value : [value]
    return values.flatMap((one: string | number) =>
      String(one).startsWith('=') ? [`${option}${one}`] : [option, String(one)],
    )
  })
  const command: CommandLine = {
    argv: ['lkft', 'boot', ...words, ...flags(request), '--output-dir', 'reproduced'],
  }
  try {
    return formatCommandLine(command)
  } catch (error) {
    if (error instanceof HiddenCharacterError) return null
    throw error
  }
}

function flags({ network, template, cca, shell }: BootRequest): readonly string[] {
  return Object.entries({ network, template, cca, shell }).flatMap(([name, set]) => (set === true ? [`--${name}`] : []))
}

function file(name: string | undefined): string | undefined {
  return name === undefined || /^https?:\/\//i.test(name) ? name : resolve(name)
}
