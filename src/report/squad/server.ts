import { LkftError } from '#errors/lkft-error'

/** A SQUAD server and a build on it. */
export interface SquadBuild {
  /** Origin and path before `/api`. */
  readonly server: string
  readonly group: string
  readonly project: string
  readonly build: string
}

/** Longest answer that is read, and how long the server may take for one. */
const mostBytes = 256 * 1024 * 1024
const timeoutMs = 120_000
const mostAttempts = 4

/** `squad+https://host/group/project/build`; undefined when a text is no such address. */
export function parseSquadAddress(text: string): SquadBuild | undefined {
  if (!/^squad\+https?:\/\//.test(text)) return undefined
  const url = new URL(text.slice('squad+'.length))
  const parts = url.pathname.split('/').filter((part) => part !== '').map((part) => decodeURIComponent(part)) // prettier-ignore
  const [group, project, build] = parts.slice(-3)
  if (group === undefined || project === undefined || build === undefined) {
    throw new LkftError('BAD_ARGUMENT', `${text} names no build`, {
      hint: 'Use squad+https://host/group/project/build.',
    })
  }
  const path = parts.slice(0, -3).map((part) => `/${encodeURIComponent(part)}`)
  return { server: `${url.origin}${path.join('')}`, group, project, build }
}

/**
 * Asks a SQUAD server; a busy or broken one is asked again.
 *
 * @returns the answer's text
 * @throws LkftError FETCH_FAILED naming address and status
 */
export async function askSquad(
  url: string,
  options: {
    readonly body?: FormData
    readonly token?: string | undefined
    readonly signal?: AbortSignal | undefined
  } = {},
): Promise<string> {
  const { body, token, signal } = options
  for (let attempt = 1; ; attempt++) {
    const limits = [AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]
    const answer = await fetch(url, {
      headers: { Accept: 'application/json', ...(token === undefined ? {} : { Authorization: `Token ${token}` }) },
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
