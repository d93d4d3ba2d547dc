import { setSecret } from '@actions/core'
import { LkftError } from '#errors/lkft-error'
import { cacheScopes } from '#github/cache-scopes'
import type { RunEvent } from '#github/event'
import { obeyClient } from '#github/workflow-commands'

/** An lkft cache server that keeps Actions caches, and this server's token for asking for jobs' tokens. */
export interface CacheServer {
  readonly url: string
  readonly token: string
}

const answerMs = 20_000

/**
 * Lets GitHub's cache client work against an lkft cache server while `work` runs:
 * the client reads these variables at each call, and a runner overwrites them for
 * each action but not inside its process. What they were is put back, since the
 * run's artifacts stay with GitHub. GitHub's own token never reaches the server.
 *
 * @throws LkftError FETCH_FAILED when the server gives no token, and whatever `work` throws
 */
export async function throughCacheServer<Result>(
  server: CacheServer,
  event: RunEvent,
  work: () => Promise<Result>,
): Promise<Result> {
  return obeyClient(async () => {
    setSecret(server.token)
    const token = await jobToken(server, event)
    setSecret(token)
    const base = `${server.url.replace(/\/+$/, '')}/`
    const before = setVariables({
      ACTIONS_RESULTS_URL: base,
      ACTIONS_CACHE_URL: base,
      ACTIONS_RUNTIME_TOKEN: token,
      ACTIONS_CACHE_SERVICE_V2: 'true',
      // What GitHub allows the job for its own caches; here the token says it.
      ACTIONS_CACHE_MODE: undefined,
    })
    try {
      return await work()
    } finally {
      setVariables(before)
    }
  })
}

type Variables = Readonly<Record<string, string | undefined>>

/** Sets or, for undefined, removes variables of this process; gives what they were. */
function setVariables(wanted: Variables): Variables {
  const before = Object.fromEntries(Object.keys(wanted).map((name) => [name, process.env[name]]))
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
  }
  return before
}

async function jobToken({ url, token }: CacheServer, event: RunEvent): Promise<string> {
  const body = {
    repository: event.repository,
    run_id: String(event.runId),
    job_id: process.env['GITHUB_JOB']?.replaceAll(/[^\w-]/g, '_').slice(0, 100) || 'job',
    scopes: cacheScopes(event),
  }
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/api/v1/actions/token`, {
      method: 'POST',
      headers: { 'x-lkft-token': token, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(answerMs),
      redirect: 'error',
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`HTTP ${response.status}: ${text.trim().split('\n', 1)[0]?.slice(0, 200)}`)
    const answer = JSON.parse(text) as { token?: unknown }
    if (typeof answer.token !== 'string' || answer.token === '') throw new Error('its answer has no token')
    return answer.token
  } catch (error) {
    throw new LkftError('FETCH_FAILED', `the cache server ${url} gives no token: ${reason(error)}`, {
      cause: error,
      hint: "Look at 'cache-server' and 'cache-server-token' under 'with:', and at 'tokens:' of the server.",
    })
  }
}

function reason(error: unknown): string {
  const { message, cause } = error as Error
  return cause instanceof Error && cause.message !== '' ? cause.message : message
}
