import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'

/** One request and its response, the body still to come. */
export interface Exchange {
  readonly url: URL
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Somebody else has already tried again: an error status is the answer. */
  readonly final?: boolean
  /** Hands every chunk on; resolves at the end of the body, rejects when it is cut. */
  readonly readBody: (onData: (chunk: Buffer) => void) => Promise<void>
  readonly pause: () => void
  readonly resume: () => void
  /** Closes the connection; for a body that nobody wants. */
  readonly abort: () => void
}

export interface ExchangeRequest {
  readonly url: URL
  readonly method: 'GET' | 'HEAD'
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Sends one request, follows nothing, and resolves with the response head. */
export async function openExchange(dispatcher: Dispatcher, request: ExchangeRequest): Promise<Exchange> {
  const { url, method, headers, signal } = request
  signal.throwIfAborted()
  let controller: Dispatcher.DispatchController | undefined
  const abort = (): void => controller?.abort(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
  signal.addEventListener('abort', abort, { once: true })
  const early: Buffer[] = []
  let onData: (chunk: Buffer) => void = (chunk) => early.push(chunk)
  const body = Promise.withResolvers<void>()
  body.promise.catch(() => {})
  const head = Promise.withResolvers<Exchange>()
  const finish = (error?: Error): void => {
    signal.removeEventListener('abort', abort)
    if (error === undefined) {
      body.resolve()
      return
    }
    head.reject(error)
    body.reject(error)
  }
  dispatcher.dispatch(
    { origin: url.origin, path: url.pathname + url.search, method, headers: { ...headers } },
    {
      onRequestStart: (given) => {
        controller = given
        if (signal.aborted) abort()
      },
      onResponseStart: (given, status, responseHeaders) => {
        if (status < 200) return
        given.pause()
        head.resolve({
          url,
          status,
          headers: responseHeaders,
          pause: () => given.pause(),
          resume: () => given.resume(),
          abort: () => given.abort(new Error('not wanted')),
          readBody: (take) => {
            onData = take
            for (const chunk of early.splice(0)) take(chunk)
            given.resume()
            return body.promise
          },
        })
      },
      onResponseData: (_, chunk) => onData(chunk),
      onResponseEnd: () => finish(),
      onResponseError: (_, error) => finish(error),
    },
  )
  return head.promise
}
