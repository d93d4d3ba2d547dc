import { type Command, Option } from 'commander'
import type { BootRequest } from '#boot/boot-request'
import { addModelOptions, readFirmware } from '#cli/boot-model-options'
import { positive, readParameter, readSecret, readSuiteTimeout } from '#cli/boot-values'
import { addCommonOptions, type CommonOptions, runStage } from '#cli/stage-command'
import { exitCodeOfVerdict } from '#errors/exit-code'
import { LkftError } from '#errors/lkft-error'

interface BootOptions extends CommonOptions {
  readonly allowUnpinned?: boolean
  readonly accel: 'auto' | 'kvm' | 'tcg'
  readonly bios?: string
  readonly bootArgs?: string
  readonly bootTimeout?: number
  readonly build?: string
  readonly cca?: boolean
  readonly cacheServer?: string
  readonly command: readonly string[]
  readonly copy: readonly string[]
  readonly cpu?: string
  readonly device?: string
  readonly diskBus?: 'ide' | 'scsi' | 'virtio'
  readonly dtb?: string
  readonly environment?: string
  readonly fromTuxrun?: string
  readonly fvpBinary?: string
  readonly kernel?: string
  readonly machine?: string
  readonly memory?: string
  readonly modules?: string
  readonly network?: boolean
  readonly onWarning: 'fail' | 'record' | 'ignore'
  readonly outputDir: string
  readonly overlay: readonly string[]
  readonly parameter: readonly string[]
  readonly partition?: number
  readonly pflash: readonly string[]
  readonly profile: 'lean' | 'tuxrun'
  readonly qemuArg: readonly string[]
  readonly qemuBinary?: string
  readonly expectFailures: readonly string[]
  readonly resultsHook: readonly string[]
  readonly retries?: number
  readonly rootfs?: string
  readonly rootfsLock?: string
  readonly secret: readonly string[]
  readonly shards?: number
  readonly shell?: boolean
  readonly shared?: string
  readonly silence?: number
  readonly smp?: number
  readonly skipFile: readonly string[]
  readonly sshHost?: string
  readonly sshIdentityFile?: string
  readonly sshPort?: number
  readonly sshUser?: string
  readonly suite: readonly string[]
  readonly suiteTimeout: readonly string[]
  readonly template?: boolean
  readonly templateDir?: string
  readonly testDefinition: readonly string[]
  readonly testTimeout?: number
  readonly timeout?: number
  readonly tuxbuild?: string
  readonly tuxmake?: string
}

const examples = `
Examples:
  lkft boot --build build --device qemu-x86_64 --suite boot --suite kunit
  lkft boot --kernel Image --device qemu-arm64 --command 'uname -a' -o run
  lkft boot --build build --suite 'kselftest-*' --memory 2G --smp 2
  lkft boot --build build --suite ltp-syscalls --shards 2 --retries 1
  lkft boot --build build --suite smoke --template
  lkft boot --from-tuxrun 'tuxrun --device qemu-arm64 --kernel Image --tests kunit --results results.json'
  lkft boot --build build --dry-run`

/** Adds what `lkft boot` takes and does. */
export function define(command: Command): void {
  const more = (value: string, all: readonly string[]): readonly string[] => [...all, value]
  command
    .option('-b, --build <dir>', "directory that 'lkft build' wrote")
    .option('-k, --kernel <file|url>', 'kernel image, instead of the one in --build')
    .option('-d, --device <name>', "virtual device; see 'lkft devices' (the one for the build when absent)")
    .option('-s, --suite <name>', "suite or glob, again for more; see 'lkft suites'", more, [])
    .option('-c, --command <sh>', 'shell command to run as a test of the suite commands, again for more', more, [])
    .option('--test-definition <file|url>', "test definition in LAVA's format, again for more", more, [])
    .option('-p, --parameter <KEY=value>', 'suite parameter, again for more', more, [])
    .option(
      '--secret <NAME[=value]>',
      'variable that tests see and no log shows; its value comes from the environment',
      more,
      [],
    )
    .option('--skip-file <file>', 'list of tests not to run, again for more', more, [])
    .option('--expect-failures <file>', 'list of tests of which a failure is expected, again for more', more, [])
    .option(
      '--modules <file|url>',
      'modules archive, instead of the one in --build; FILE#/place for another place than /',
    )
    .option(
      '--overlay <file|url>',
      'archive unpacked over the root file system, at / or as FILE#/place; again for more',
      more,
      [],
    )
    .option(
      '--rootfs <file|url>',
      "root file system instead of lkft's own: cpio, tar, ext4, squashfs, qcow2; .gz .xz .zst; or one of 'lkft rootfs list'",
    )
    .option('--rootfs-lock <file>', "sha256 of root file systems, by 'lkft rootfs lock' (lkft-rootfs.lock)")
    .option('--allow-unpinned', 'take a root file system of that list whose sha256 is not known')
    .option('--partition <n>', 'partition of a disk image that holds the root file system, from 1', positive)
    .addOption(new Option('--disk-bus <name>', 'bus of that disk (virtio)').choices(['ide', 'scsi', 'virtio']))
    .option('--dtb <file|url>', 'device tree')
    .option('--bios <file|url>', 'firmware')
    .option('--pflash <file|url>', "image of the machine's flash, again for more", more, [])
    .option('--tuxbuild <url>', 'base URL of a build by TuxMake or TuxBuild; its metadata.json names the files')
    .option('--tuxmake <dir>', 'directory of such a build')
    .option('--shared <dir[:place]>', 'folder that the guest mounts by 9p, at /mnt/lkft')
    .option('--ssh-host <name>', 'machine of the device ssh-device')
    .option('--ssh-port <n>', 'its port (22)', positive)
    .option('--ssh-user <name>', 'user there (root)')
    .option('--ssh-identity-file <file>', "key, instead of the user's own")
  addModelOptions(command)
  command
    .option('--boot-args <words>', 'added to the kernel command line')
    .option('--environment <name>', "what comparisons key on; the device's name when absent")
    .addOption(
      new Option('--on-warning <policy>', 'when the kernel warns')
        .choices(['fail', 'record', 'ignore'])
        .default('record'),
    )
    .addOption(new Option('--profile <name>', 'hardware').choices(['lean', 'tuxrun']).default('lean'))
    .addOption(new Option('--accel <name>', 'accelerator').choices(['auto', 'kvm', 'tcg']).default('auto'))
    .option('--machine <machine>', "QEMU's -machine")
    .option('--cpu <cpu>', "QEMU's -cpu")
    .option('--memory <size>', "QEMU's -m, e.g. 512M")
    .option('--smp <n>', "QEMU's -smp", positive)
    .option('--qemu-binary <file>', 'QEMU program')
    .option('--qemu-arg <word>', 'further QEMU argument, again for more', more, [])
    .option('--network', 'give the guest a network (user mode); off when absent')
    .option('--retries <n>', 'run a failed test again, up to so many times, each in a fresh machine', positive)
    .option('--shards <n>', 'machines that take tests from one another, within cores and memory', positive)
    .option('--template-dir <dir>', "where --template keeps machines; lkft's cache folder when absent")
    .option('--template', 'keep the booted machine, frozen, and run each suite in a copy of it')
    .option('--timeout <seconds>', 'limit for the whole run', positive)
    .option('--test-timeout <seconds>', "limit for each test, besides its suite's", positive)
    .option('--suite-timeout <suite=minutes>', "limit in place of the suite's own, again for more", more, [])
    .option('--boot-timeout <seconds>', 'limit from start to the first test command', positive)
    .option('--silence <seconds>', 'limit for a boot that prints nothing', positive)
    .option('--cache-server <url>', 'fetch URLs through this lkft cache server')
    .option('--copy <name=file>', 'copy a file of the run directory afterwards, again for more', more, [])
    .option('--shell', "after the suites, a shell on the guest's console; exit ends it, Ctrl-] the run")
    .option('--results-hook <sh>', 'shell command to run in the run directory afterwards, again for more', more, [])
    .option('--from-tuxrun <command>', 'do what this tuxrun command line says; other options here add to it')
    .addHelpText('after', examples)
  addCommonOptions(command, 'run').action(async (options: BootOptions) => {
    if (options.fromTuxrun !== undefined) return runTranslated(command, options.fromTuxrun)
    if (options.shell === true && options.json === true)
      throw new LkftError('BAD_ARGUMENT', '--shell and --json both want stdout')
    const request = toRequest(options)
    await runStage(options, {
      list: async () => (await import('#boot/list-boot-commands')).listBootCommands(request),
      run: async (context) => {
        const run = await (await import('#boot/boot-kernel')).bootKernel(request, context)
        const asked = { copies: options.copy, hooks: options.resultsHook }
        await (await import('#boot/after-run')).afterRun(request.outputDir, run, asked, context)
        return run
      },
      describe: (run) => describe(run, options.outputDir),
      exitCode: (run) => exitCodeOfVerdict(run.verdict ?? 'infra', run.kernel_started),
    })
  })
}

/** Parses again, with the translated words before those of the user and without `--from-tuxrun`. */
async function runTranslated(command: Command, line: string): Promise<void> {
  const [commander, { translateTuxrun }] = await Promise.all([import('commander'), import('#boot/tuxrun/translate')])
  const own = process.argv.slice(process.argv.indexOf(command.name()) + 1)
  const at = own.findIndex((word) => word.startsWith('--from-tuxrun'))
  own.splice(at, own[at] === '--from-tuxrun' ? 2 : 1)
  const inner = new commander.Command(command.name()).exitOverride()
  define(inner)
  await inner.parseAsync([...translateTuxrun(line), ...own], { from: 'user' })
}

function toRequest(options: BootOptions): BootRequest {
  const { accel, bootTimeout, command, expectFailures, overlay, parameter, qemuArg, silence, skipFile, ...others } =
    options
  const { suite, suiteTimeout, testDefinition, testTimeout, timeout, tuxbuild, tuxmake, ...more } = others
  const { secret, sshHost, sshIdentityFile, sshPort, sshUser, ...rest } = more
  return {
    ...rest,
    ...readFirmware(options),
    accelerator: accel,
    bootTimeoutSeconds: bootTimeout,
    commands: command,
    expectedFailures: expectFailures,
    overlays: overlay,
    parameters: Object.fromEntries(parameter.map(readParameter)),
    qemuArgs: qemuArg,
    secrets: Object.fromEntries(secret.map(readSecret)),
    silenceSeconds: silence,
    skipFiles: skipFile,
    suiteMinutes: Object.fromEntries(suiteTimeout.map(readSuiteTimeout)),
    ...(sshHost === undefined
      ? {}
      : { ssh: { host: sshHost, port: sshPort, user: sshUser, identityFile: sshIdentityFile } }),
    suites: suite,
    testDefinitions: testDefinition,
    testTimeoutSeconds: testTimeout,
    timeoutSeconds: timeout,
    tuxbuild: tuxbuild ?? tuxmake,
  }
}

function describe(
  run: Awaited<ReturnType<typeof import('#boot/boot-kernel').bootKernel>>,
  directory: string,
): string[] {
  const { counts, verdict, cause, timings, crashes } = run
  const booted = timings.boot_seconds === null ? 'no shell' : `shell after ${timings.boot_seconds.toFixed(2)} s`
  return [
    `${verdict}: ${run.device}, ${booted}, ${counts.pass} passed, ${counts.fail} failed, ${counts.skip} skipped`,
    ...(cause === null ? [] : [`  ${cause.code}: ${cause.message}`]),
    ...run.suites.map(
      ({ name, verdict: own, message }) => `  ${name}: ${own}${message === null ? '' : ` (${message})`}`,
    ),
    ...crashes.map(({ kind, title, test }) => `  ${kind}: ${title}${test === null ? '' : ` in ${test}`}`),
    ...(run.flaky ?? []).map((name) => `  flaky: ${name}`),
    `  in ${directory}`,
  ]
}
