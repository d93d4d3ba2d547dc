import { LkftError } from '#errors/lkft-error'

/** Longest answer that is read, and how long the server may take for one. */
const mostBytes = 256 * 1024 * 1024
const timeoutMs = 120_000
const mostAttempts = 4

/**
 * Asks a server of results; a busy or broken one is asked again.
 *
 * @returns the answer's text
 * @throws LkftError FETCH_FAILED naming address and status
 */
export async function askServer(
  url: string,
  options: {
    readonly body?: FormData | string
    /** Value of the Authorization header. */
    readonly authorization?: string | undefined
    readonly signal?: AbortSignal | undefined
  } = {},
): Promise<string> {
  const { body, authorization, signal } = options
  for (let attempt = 1; ; attempt++) {
    const limits = [AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]
    const answer = await fetch(url, {
      headers: {
        Accept: 'application/json',
        ...(typeof body === 'string' ? { 'Content-Type': 'application/json' } : {}),
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      },
      ...(body === undefined ? {} : { method: 'POST', body }),
      redirect: 'error',
      signal: AbortSignal.any(limits),
    }).catch((error: unknown) => {
      if (signal?.aborted === true) throw error
      return error as Error
    })
    const isBusy = answer instanceof Error || answer.status === 429 || answer.status >= 502
    if (isBusy && attempt < mostAttempts) {
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt))
      continue
    }
    if (answer instanceof Error) throw failed(url, answer.message, answer)
    const text = await readBounded(answer, url)
    if (answer.ok) return text
    throw failed(url, `${answer.status} ${text.slice(0, 200)}`)
  }
}

async function readBounded(answer: Response, url: string): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of answer.body ?? []) {
    const piece = part as Uint8Array
    bytes += piece.length
    if (bytes > mostBytes) throw failed(url, `the answer is larger than ${mostBytes} bytes`)
    parts.push(piece)
  }
  return Buffer.concat(parts).toString('utf8')
}

function failed(url: string, why: string, cause?: Error): LkftError {
  return new LkftError('FETCH_FAILED', `${url}: ${why}`, cause === undefined ? {} : { cause })
}
