import { type Call, type Handler, sendJson, sendText, type ServerContext } from '#cache-server/api/context'
import type { CacheScope, JobIdentity } from '#cache-server/actions/token'
import type { Bearer } from '#cache-server/access/tokens'
import { readBody } from '#cache-server/store/receive-file'

const longestLifeSeconds = 86_400
const mostScopes = 10

/** What is asked: who the job is, and for how many seconds. */
interface Wanted {
  readonly job: JobIdentity
  readonly seconds: number
}

/**
 * `POST /api/v1/actions/token`: a runtime token for one job, for a bearer of this
 * server's tokens. Who may only read gets only tokens that read; who may write
 * gets refs that its entry under `tokens:` names.
 */
export const mintEndpoint: Handler = async (context, call) => {
  const bearer = context.tokens.bearerOf(call.request)
  if (bearer === 'limited') return sendText(call, 429, 'this token asks too often\n', { 'Retry-After': '1' })
  if (bearer === undefined || bearer.name === 'anonymous') {
    return sendText(call, 401, 'this needs a token of this server\n', { 'WWW-Authenticate': 'Bearer' })
  }
  const wanted = await readWanted(call)
  if (typeof wanted === 'string') return sendText(call, 400, `${wanted}\n`)
  const refusal = refuse(bearer, wanted.job)
  if (refusal !== undefined) return sendText(call, 403, `${refusal}\n`)
  return sendToken(context, call, wanted)
}

function sendToken({ actions, now }: ServerContext, call: Call, { job, seconds }: Wanted): number {
  const expires = new Date(now() + seconds * 1000).toISOString()
  return sendJson(call, 200, { token: actions.mint(job, seconds), expires_at: expires })
}

function refuse(bearer: Bearer, { repository, scopes }: JobIdentity): string | undefined {
  if (!bearer.may('read', repository) && !bearer.may('write', repository)) {
    return `token ${bearer.name} may not use the caches of ${repository}`
  }
  const writes = scopes.filter(({ write }) => write)
  if (writes.length > 0 && !bearer.may('write', repository)) {
    return `token ${bearer.name} may not write the caches of ${repository}`
  }
  const other = writes.find(({ ref }) => !bearer.mayChange(ref))
  return other === undefined ? undefined : `token ${bearer.name} may not write the caches of ${other.ref}`
}

async function readWanted(call: Call): Promise<Wanted | string> {
  let body: unknown
  try {
    body = JSON.parse(await readBody(call.request, 1 << 16))
  } catch {
    return 'the body is no JSON of at most 64 KiB'
  }
  if (typeof body !== 'object' || body === null) return 'the body is no object'
  const { repository, run_id: runId, job_id: jobId, scopes, life_seconds: life } = body as Record<string, unknown>
  if (typeof repository !== 'string' || !/^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(repository)) {
    return "'repository' must be OWNER/NAME"
  }
  if (!isId(runId)) return "'run_id' must be a text of letters, digits, '-' and '_'"
  if (!isId(jobId)) return "'job_id' must be a text of letters, digits, '-' and '_'"
  if (!Array.isArray(scopes) || scopes.length === 0 || scopes.length > mostScopes || !scopes.every(isScope)) {
    return `'scopes' must be 1 to ${mostScopes} of {"ref": "refs/…", "read": true, "write": false}`
  }
  const seconds = life ?? longestLifeSeconds
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 1 || seconds > longestLifeSeconds) {
    return `'life_seconds' must be 1 to ${longestLifeSeconds}`
  }
  return { job: { repository, runId, jobId, scopes }, seconds }
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-]{1,100}$/.test(value)
}

function isScope(value: unknown): value is CacheScope {
  if (typeof value !== 'object' || value === null) return false
  const { ref, read, write } = value as Record<string, unknown>
  const isRef = typeof ref === 'string' && ref.length <= 300 && /^refs\/[^\s\p{Cc}]+$/u.test(ref)
  return isRef && typeof read === 'boolean' && typeof write === 'boolean'
}
