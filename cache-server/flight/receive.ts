import { createHash, type Hash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DownloadContext, DownloadRequest } from '#cache-server/flight/download'
import { ask } from '#cache-server/flight/attempt'
import type { GrowingFile } from '#cache-server/flight/growing-file'
import type { Exchange } from '#cache-server/upstream/exchange'
import { parseContentRange, readHead, strongValidator } from '#cache-server/upstream/response-head'
import { nextDelay } from '#cache-server/upstream/retry-policy'

/** The body cannot be had whole and right. */
export class BodyFailed extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'BodyFailed'
    this.status = status
  }
}

const whole: ReadonlySet<number> = new Set([200, 206])

/**
 * Receives a whole body into the growing file, resuming it when it is cut: by
 * range under If-Range where there is a strong validator, otherwise from the
 * start, with the first bytes compared with those that are there.
 *
 * @returns the sha256 of the body
 * @throws BodyFailed
 */
export async function receiveBody(
  context: DownloadContext,
  request: DownloadRequest,
  first: Exchange,
  body: GrowingFile,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256')
  const validator = strongValidator(first.headers)
  const length = readHead(first).length
  let exchange = first
  let idle = 0
  let pause = 0
  for (;;) {
    const before = body.received
    const cut = await readInto(exchange, body, hash, signal)
    if (cut === undefined && (length === undefined || body.received === length)) return hash.digest('hex')
    if (cut instanceof BodyFailed) throw cut
    if (signal.aborted) throw new BodyFailed(499, 'the download was aborted')
    idle = body.received > before ? 0 : idle + 1
    context.store.counters.add('resumed')
    pause = nextDelay(idle + (body.received > before ? 1 : 0), pause, context.random)
    if (pause > 0) await sleep(pause, undefined, { signal }).catch(() => {})
    exchange = await reopen(context, request, body, hash, { validator, length, idle, signal, why: cut?.message })
  }
}

interface Reopening {
  readonly validator: string | undefined
  readonly length: number | undefined
  readonly idle: number
  readonly signal: AbortSignal
  readonly why: string | undefined
}

async function reopen(
  context: DownloadContext,
  request: DownloadRequest,
  body: GrowingFile,
  hash: Hash,
  state: Reopening,
): Promise<Exchange> {
  const { validator, length, idle, signal } = state
  const why = state.why ?? `ended after ${body.received} of ${length ?? 'unknown'} bytes`
  if (idle >= context.settings.resumes)
    throw new BodyFailed(504, `the body was cut ${idle} times without progress: ${why}`)
  const resumable = validator !== undefined && body.received > 0
  // Some servers cut plain requests only: every other restart asks for the whole as a range.
  const headers: Record<string, string> = resumable
    ? { range: `bytes=${body.received}-`, 'if-range': validator }
    : idle % 2 === 1
      ? { range: 'bytes=0-' }
      : {}
  const deadline = performance.now() + context.settings.firstByteMs
  const attempts = Math.max(1, context.settings.resumes - idle)
  const answer = await ask(context, { ...request, mirrors: [] }, { headers, accept: whole, attempts, deadline, signal })
  if (answer.kind === 'failed')
    throw new BodyFailed(504, `the body was cut (${why}) and cannot be resumed: ${answer.message}`)
  const { exchange } = answer
  if (exchange.status === 206) {
    const range = parseContentRange(exchange.headers['content-range'])
    const wanted = resumable ? body.received : 0
    const etag = readHead(exchange).etag
    const other = etag !== undefined && validator?.startsWith('"') === true && etag !== validator
    const wrong =
      range === undefined || range.first !== wanted || (length !== undefined && (range.total ?? length) !== length)
    if (other || wrong) {
      exchange.abort()
      throw new BodyFailed(
        502,
        other ? 'the file changed between cut and resume' : 'upstream resumed with a wrong Content-Range',
      )
    }
    if (resumable) return exchange
  } else if (length !== undefined && readHead(exchange).length !== length) {
    exchange.abort()
    throw new BodyFailed(502, 'the file changed between cut and resume: it has another length now')
  }
  return skipPrefix(exchange, body.received, hash)
}

/** An exchange without its first bytes, which must be the ones that are there already. */
function skipPrefix(exchange: Exchange, bytes: number, hash: Hash): Exchange {
  const expected = hash.copy().digest('hex')
  const prefix = createHash('sha256')
  let left = bytes
  let changed: BodyFailed | undefined
  return {
    ...exchange,
    readBody: async (take) => {
      await exchange
        .readBody((chunk) => {
          if (changed !== undefined) return
          if (left === 0) {
            take(chunk)
            return
          }
          const part = Math.min(left, chunk.length)
          prefix.update(chunk.subarray(0, part))
          left -= part
          if (left > 0) return
          if (prefix.copy().digest('hex') !== expected) {
            changed = new BodyFailed(502, 'the file changed between cut and restart: its first bytes are others')
            exchange.abort()
          } else if (part < chunk.length) {
            take(chunk.subarray(part))
          }
        })
        .catch((error: unknown) => {
          throw changed ?? error
        })
      if (changed !== undefined) throw changed
    },
  }
}

/** Appends until the end or a cut; gives the cut. */
async function readInto(
  exchange: Exchange,
  body: GrowingFile,
  hash: Hash,
  signal: AbortSignal,
): Promise<Error | undefined> {
  try {
    await exchange.readBody((chunk) => {
      if (signal.aborted) return
      hash.update(chunk)
      if (body.append(chunk)) return
      exchange.pause()
      body.whenRelieved(() => exchange.resume())
    })
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
