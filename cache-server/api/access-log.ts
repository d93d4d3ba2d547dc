import { closeSync, openSync, writeSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** One JSON line for each answered request, with the bytes really sent. */
export interface AccessLog {
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
  return {
    flush,
    write: (request, response, { client, sent, ms }) => {
      lines.push(
        `${JSON.stringify({
          time: new Date().toISOString(),
          client,
          method: request.method,
          url: withoutSecrets(request.url ?? ''),
          status: response.statusCode,
          bytes: sent,
          ms: Math.round(ms * 10) / 10,
          cache: response.getHeader('cache-status'),
          agent: request.headers['user-agent'],
        })}\n`,
      )
      if (lines.length >= mostLines) flush()
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

/** The request target without passwords of the inner URL and without signatures. */
export function withoutSecrets(target: string): string {
  return target
    .replaceAll(/(%3a%2f%2f|:\/\/)[^/?&#@]*?(%40|@)/gi, '$1')
    .replaceAll(
      /((?:^|[?&]|%3f|%26)[^=&%]*(?:sig|signature|token|credential|password|secret)[^=&%]*(?:=|%3d)).*?(?=&|%26|$)/gi,
      '$1***',
    )
}
