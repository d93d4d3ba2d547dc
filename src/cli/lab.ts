import { type Command, InvalidArgumentError, Option } from 'commander'
import { defineLava } from '#cli/lab-lava'
import { type CommonOptions, addCommonOptions, runStage } from '#cli/stage-command'
import type { LabRequest } from '#lab/lab-request'

interface RunOptions extends CommonOptions {
  readonly board: string
  readonly build: string
  readonly suite: readonly string[]
  readonly command: readonly string[]
  readonly parameter: Readonly<Record<string, string>>
  readonly bootArg: readonly string[]
  readonly outputDir: string
  readonly environment?: string
  readonly rootfs?: string
  readonly cacheServer?: string
  readonly timeout?: number
  readonly wait: number
  readonly onWarning: 'fail' | 'record' | 'ignore'
}

interface CheckOptions extends CommonOptions {
  readonly board: string
  readonly wait: number
}

/** Adds `lkft lab run`, `lkft lab check` and `lkft lab lava`. */
export function define(command: Command): void {
  defineRun(command.command('run').summary('boot a kernel on a board and run suites on it'))
  defineCheck(command.command('check').summary('probe power, console, bootloader and network without a kernel'))
  defineLava(command.command('lava').summary('run a job on a LAVA server'))
  command.addHelpText(
    'after',
    `
Examples:
  lkft lab check --board bbb-01.yaml
  lkft lab run --board bbb-01.yaml --build build-arm --suite boot --suite kunit -o run-1`,
  )
}

function defineRun(command: Command): void {
  const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value]
  addCommonOptions(command, 'run')
    .description(
      'Boot a kernel on a real board and run suites on it: power, serial console, bootloader, TFTP; the same suites, verdicts and run directory as lkft boot. The board is powered off at the end.',
    )
    .requiredOption('--board <file>', 'board file (schemas/board.schema.json)')
    .requiredOption(
      '--build <dir|file|url>',
      'build directory, kernel image, or the URL of either (a directory ends in /)',
    )
    .option('--suite <name>', 'suite to run; repeat for more; boot when none is given', collect, [])
    .option('--command <text>', "shell command for the suite 'commands'; repeat for more", collect, [])
    .option('--parameter <key=value>', 'suite parameter; repeat for more', parameter, {})
    .option('--boot-arg <word>', 'word for the kernel command line; repeat for more', collect, [])
    .option('--rootfs <file|url>', "cpio archive for the ramdisk instead of the board file's or lkft's own")
    .option('--environment <name>', "what comparisons key on; the board's type when absent")
    .option('--cache-server <url>', 'fetch every URL through this lkft cache server')
    .option('--timeout <seconds>', 'limit for the whole run', seconds)
    .option('--wait <seconds>', 'wait so long for a board that somebody else drives', seconds, 0)
    .addOption(
      new Option('--on-warning <policy>', 'when the kernel warns although every test passes')
        .choices(['fail', 'record', 'ignore'])
        .default('record'),
    )
    .addHelpText(
      'after',
      `
Examples:
  lkft lab run --board bbb-01.yaml --build build-arm --suite boot --suite kunit -o run-1
  lkft lab run --board bbb-01.yaml --build https://ci.example/build-arm/ --cache-server http://cache:8080
  lkft lab run --board bbb-01.yaml --build build-arm --dry-run

A fault of the lab (power, serial line, bootloader, network, transfer) exits with 3 and says which step it was;
a kernel that panics, hangs or fails a test exits with 1.`,
    )
    .action(async (options: RunOptions) => {
      const { listLabCommands } = await import('#lab/list-lab-commands')
      const { runOnBoard } = await import('#lab/run-on-board')
      const { describeRun } = await import('#cli/describe-run')
      const { exitCodeOfVerdict } = await import('#errors/exit-code')
      const request = toRequest(options)
      await runStage(options, {
        list: () => listLabCommands(request),
        run: (context) => runOnBoard(request, context),
        describe: (run) => describeRun(run, request.outputDir),
        exitCode: (run) => exitCodeOfVerdict(run.verdict ?? 'infra', run.kernel_started),
      })
    })
}

function defineCheck(command: Command): void {
  command
    .description('Probe a board without a kernel: lock, power off, silence, power on, bootloader, network, power off.')
    .requiredOption('--board <file>', 'board file (schemas/board.schema.json)')
    .option('--wait <seconds>', 'wait so long for a board that somebody else drives', seconds, 0)
    .option('--json', 'print one JSON document on stdout; progress goes to stderr')
    .option('--dry-run', 'print the commands that would run, one per line, and run nothing')
    .option('-v, --verbose', 'show what the board prints')
    .addHelpText('after', '\nExample:\n  lkft lab check --board bbb-01.yaml')
    .action(async (options: CheckOptions) => {
      const { listLabCommands } = await import('#lab/list-lab-commands')
      const { checkBoard } = await import('#lab/check-board')
      const request = { boardFile: options.board, lockWaitSeconds: options.wait }
      await runStage(options, {
        list: () => listLabCommands(request),
        run: (context) => checkBoard(request, context),
        describe: ({ board, bootloader, promptSeconds, network }) => [
          `${board}: power, console, bootloader${network ? ' and network' : ''} work`,
          `${bootloader}, at its prompt ${promptSeconds} s after power-on`,
        ],
        exitCode: () => 0,
      })
    })
}

function toRequest(options: RunOptions): LabRequest {
  const { environment, rootfs, cacheServer, timeout } = options
  return {
    boardFile: options.board,
    build: options.build,
    suites: options.suite,
    outputDir: options.outputDir,
    commands: options.command,
    parameters: options.parameter,
    kernelArguments: options.bootArg,
    lockWaitSeconds: options.wait,
    onWarning: options.onWarning,
    ...(environment === undefined ? {} : { environment }),
    ...(rootfs === undefined ? {} : { rootfs }),
    ...(cacheServer === undefined ? {} : { cacheServer }),
    ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
  }
}

function seconds(value: string): number {
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value)
  throw new InvalidArgumentError('It must be a number of seconds.')
}

function parameter(value: string, all: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = value.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be KEY=value.')
  return { ...all, [value.slice(0, at)]: value.slice(at + 1) }
}
