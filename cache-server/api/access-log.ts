import { closeSync, openSync, writeSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** One line of the log. */
export interface LogLine {
  readonly client: string
  readonly method: string | undefined
  readonly url: string
  readonly status: number
  readonly bytes: number
  readonly ms: number
  readonly cache: string | undefined
  readonly agent: string | undefined
}

/** One JSON line for each answered request, with the bytes really sent. */
export interface AccessLog {
  readonly note: (line: LogLine) => void
  /** To be called before a request is answered: the answer's Cache-Status is noted. */
  readonly follow: (response: ServerResponse) => void
  readonly write: (
    request: IncomingMessage,
    response: ServerResponse,
    details: { readonly client: string; readonly sent: number; readonly ms: number },
  ) => void
  readonly flush: () => void
  /** Opens the file again, after it was moved away. */
  readonly reopen: () => void
  readonly close: () => void
}

/** Lines kept in memory before they are written. */
const mostLines = 1000

/** @param file `-` is standard output */
export function createAccessLog(file: string): AccessLog {
  let descriptor = file === '-' ? 1 : openSync(file, 'a', 0o640)
  let lines: string[] = []
  const cacheStatus = new WeakMap<ServerResponse, string>()
  const flush = (): void => {
    if (lines.length === 0) return
    const text = lines.join('')
    lines = []
    try {
      writeSync(descriptor, text)
    } catch {
      // A full disk must not stop the server; the lines are lost.
    }
  }
  const note = ({ url, ms, ...rest }: LogLine): void => {
    const { client, method, ...more } = rest
    const line = { client, method, url: withoutSecrets(url), ...more, ms: Math.round(ms * 10) / 10 }
    lines.push(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`)
    if (lines.length >= mostLines) flush()
  }
  return {
    note,
    flush,
    follow: (response) => {
      // Node does not give back what writeHead was handed.
      const writeHead = response.writeHead.bind(response) as (...all: unknown[]) => ServerResponse
      response.writeHead = (...all: unknown[]) => {
        const status = findCacheStatus(all.at(-1))
        if (status !== undefined) cacheStatus.set(response, status)
        return writeHead(...all)
      }
    },
    write: ({ method, url, headers }, response, { client, sent, ms }) => {
      const { statusCode: status } = response
      const cache = cacheStatus.get(response)
      note({ client, method, url: url ?? '', status, bytes: sent, ms, cache, agent: headers['user-agent'] })
    },
    reopen: () => {
      flush()
      if (file === '-') return
      closeSync(descriptor)
      descriptor = openSync(file, 'a', 0o640)
    },
    close: () => {
      flush()
      if (file !== '-') closeSync(descriptor)
    },
  }
}

function findCacheStatus(headers: unknown): string | undefined {
  if (Array.isArray(headers))
    return headers[headers.indexOf('Cache-Status') + 1 || headers.length] as string | undefined
  const value = (headers as Record<string, unknown> | undefined)?.['Cache-Status']
  return typeof value === 'string' ? value : undefined
}

/** The request target without passwords of the inner URL and without signatures. */
export function withoutSecrets(target: string): string {
  return target
    .replaceAll(/(%3a%2f%2f|:\/\/)[^/?&#@]*?(%40|@)/gi, '$1')
    .replaceAll(
      /((?:^|[?&]|%3f|%26)[^=&%]*(?:sig|signature|token|credential|password|secret)[^=&%]*(?:=|%3d)).*?(?=&|%26|$)/gi,
      '$1***',
    )
}
