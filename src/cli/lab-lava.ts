import type { Command } from 'commander'
import { describeRun } from '#cli/describe-run'
import { addCommonOptions, type CommonOptions, runStage } from '#cli/stage-command'
import { exitCodeOfVerdict } from '#errors/exit-code'
import { LkftError } from '#errors/lkft-error'
import type { LavaRequest } from '#lab/lava/lava-request'

interface LavaOptions extends CommonOptions {
  readonly server: string
  readonly job: string
  readonly tokenFile?: string
  readonly build?: string
  readonly set: readonly string[]
  readonly outputDir: string
  readonly environment?: string
  readonly cacheServer?: string
  readonly kunit?: boolean
  readonly queueTimeout?: number
  readonly timeout?: number
}

/** Adds what `lkft lab lava` takes and does. */
export function defineLava(command: Command): void {
  const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value]
  addCommonOptions(command, 'run')
    .description(
      'Run one job on a LAVA server by its REST API: submit, follow the log, read the results into a run directory. Interrupting cancels the job.',
    )
    .requiredOption('--server <url>', 'base URL of the LAVA server')
    .requiredOption(
      '--job <file>',
      'job definition; @build@, @kernel@, @modules@, @dtbs@ and @name@ of --set are replaced',
    )
    .option('--token-file <file>', 'file with the API token; $LKFT_LAVA_TOKEN when absent')
    .option('--build <url>', 'URL of a build directory, ending in /, that the LAVA server reaches')
    .option('--set <name=value>', 'value for @name@ in the job; repeat for more', collect, [])
    .option('--environment <name>', "what comparisons key on; the job's device type when absent")
    .option('--kunit', 'read KTAP on the console as the suite kunit')
    .option('--cache-server <url>', 'fetch build.json through this lkft cache server')
    .option('--queue-timeout <seconds>', 'cancel a job that has not begun by then', positive)
    .option('--timeout <seconds>', 'limit for the whole job, queue included', positive)
    .addHelpText(
      'after',
      `
Examples:
  LKFT_LAVA_TOKEN=… lkft lab lava --server https://lava.example --job boot.yaml --build https://ci.example/build-arm64/
  lkft lab lava --server http://localhost:8000 --token-file token --job qemu.yaml --set ramdisk=http://files/rd.cpio.gz`,
    )
    .action(async (options: LavaOptions) => {
      await runStage(options, {
        // Nothing is started here: the work is HTTP.
        list: async () => [],
        run: async (context) => (await import('#lab/lava/run-on-lava')).runOnLava(await toRequest(options), context),
        describe: (run) => describeRun(run, options.outputDir),
        exitCode: (run) => exitCodeOfVerdict(run.verdict ?? 'infra', run.kernel_started),
      })
    })
}

async function toRequest(options: LavaOptions): Promise<LavaRequest> {
  const { server, job, build, environment, cacheServer, queueTimeout, timeout } = options
  return {
    server: httpUrl(server),
    token: await readToken(options.tokenFile),
    jobFile: job,
    values: Object.fromEntries(options.set.map(readValue)),
    outputDir: options.outputDir,
    kunit: options.kunit === true,
    ...(build === undefined ? {} : { build }),
    ...(environment === undefined ? {} : { environment }),
    ...(cacheServer === undefined ? {} : { cacheServer }),
    ...(queueTimeout === undefined ? {} : { queueSeconds: queueTimeout }),
    ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
  }
}

async function readToken(file: string | undefined): Promise<string> {
  const { readFile } = await import('node:fs/promises')
  const text =
    file === undefined
      ? (process.env['LKFT_LAVA_TOKEN'] ?? '')
      : await readFile(file, 'utf8').catch((error: Error) => {
          throw new LkftError('BAD_ARGUMENT', `--token-file cannot be read: ${error.message}`, { cause: error })
        })
  const token = text.trim()
  if (/^[\u0021-\u007e]+$/.test(token)) return token
  throw new LkftError('BAD_ARGUMENT', token === '' ? 'no API token' : 'the API token holds characters that none has', {
    hint: 'Give --token-file FILE or set LKFT_LAVA_TOKEN.',
  })
}

function httpUrl(text: string): string {
  const url = URL.parse(text)
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (isHttp && url.username === '' && url.password === '') return text
  throw new LkftError('BAD_ARGUMENT', `--server is no http or https URL without a user in it`)
}

function readValue(text: string): [string, string] {
  const at = text.indexOf('=')
  if (/^[a-z][a-z0-9_-]*$/.test(text.slice(0, Math.max(at, 0)))) return [text.slice(0, at), text.slice(at + 1)]
  throw new LkftError('BAD_ARGUMENT', `--set '${text}' is not name=value with a lower-case name`)
}

function positive(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new LkftError('BAD_ARGUMENT', `'${text}' is not a positive number of seconds`)
}
