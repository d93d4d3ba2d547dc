import { LkftError } from '#errors/lkft-error'
import { type CacheScope, cacheScopes } from '#github/cache-scopes'
import { readEvent } from '#github/event'

export interface JobTokenOptions {
  readonly repository?: string
  readonly run?: string
  readonly job?: string
  readonly write: readonly string[]
  readonly read: readonly string[]
}

/** What the server is asked for. */
interface WantedToken {
  readonly repository: string
  readonly run_id: string
  readonly job_id: string
  readonly scopes: readonly CacheScope[]
}

type Ask = (path: string, method: string, body: string) => Promise<Response>

/** Asks a server for the token of one job, and prints the variables that the job needs. */
export async function run(options: JobTokenOptions, server: string, ask: Ask): Promise<void> {
  const body = JSON.stringify(await wantedToken(options, process.env))
  const { token } = (await (await ask('/api/v1/actions/token', 'POST', body)).json()) as { token: string }
  const base = `${server.replace(/\/+$/, '')}/`
  const variables = {
    ACTIONS_RESULTS_URL: base,
    ACTIONS_CACHE_URL: base,
    ACTIONS_CACHE_SERVICE_V2: 'true',
    ACTIONS_RUNTIME_TOKEN: token,
  }
  for (const [name, value] of Object.entries(variables)) process.stdout.write(`${name}=${value}\n`)
}

/** Inside a job the event decides, elsewhere the options do. */
async function wantedToken(options: JobTokenOptions, environment: NodeJS.ProcessEnv): Promise<WantedToken> {
  const { repository, write, read } = options
  const job = (options.job ?? environment['GITHUB_JOB'] ?? 'job').replaceAll(/[^\w-]/g, '_')
  if (repository === undefined) {
    if (write.length + read.length > 0) throw new LkftError('BAD_ARGUMENT', 'refs were given without --repository')
    const event = await readEvent(environment)
    const scopes = cacheScopes(event)
    if (scopes.length === 0) throw new LkftError('BAD_ARGUMENT', 'the event names no ref whose caches this run may use')
    return { repository: event.repository, run_id: String(event.runId), job_id: job, scopes }
  }
  if (write.length + read.length === 0) {
    throw new LkftError('BAD_ARGUMENT', 'the job may use no cache: give --write REF or --read REF')
  }
  const scopes = [
    ...write.map((ref) => ({ ref, read: true, write: true })),
    ...read.map((ref) => ({ ref, read: true, write: false })),
  ]
  return { repository, run_id: options.run ?? '1', job_id: job, scopes }
}
