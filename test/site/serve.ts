import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.md': 'text/markdown',
}

/** A plain static host: ranges if asked to, compression of nothing. */
export interface StaticHost extends AsyncDisposable {
  /** Address of the site, below a sub-path, with a slash at the end. */
  readonly address: string
  /** What was sent so far. */
  readonly sent: { requests: number; bytes: number; partial: number; missing: string[] }
}

/** Serves a folder at `/pages/lkft/`. */
export async function serveSite(folder: string, options: { readonly ranges: boolean }): Promise<StaticHost> {
  const prefix = '/pages/lkft/'
  const sent: StaticHost['sent'] = { requests: 0, bytes: 0, partial: 0, missing: [] }
  const answer = async (file: string, wanted: string, response: ServerResponse): Promise<void> => {
    const content = await readFile(file).catch(() => undefined)
    if (content === undefined) {
      sent.missing.push(file)
      response.writeHead(404).end()
      return
    }
    const range = options.ranges ? /^bytes=(\d+)-(\d+)$/.exec(wanted) : null
    const start = Number(range?.[1] ?? 0)
    const part = content.subarray(start, Math.min(content.length, Number(range?.[2] ?? content.length) + 1))
    sent.bytes += part.length
    if (range !== null) sent.partial += 1
    response.writeHead(range === null ? 200 : 206, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-length': part.length,
      'cache-control': 'no-cache',
      ...(range === null ? {} : { 'content-range': `bytes ${start}-${start + part.length - 1}/${content.length}` }),
    })
    response.end(part)
  }
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname)
    const file = path.startsWith(prefix) ? normalize(path.slice(prefix.length)) : '..'
    const name = file === '.' || file === '' ? 'index.html' : file
    sent.requests += 1
    void answer(join(folder, name), request.headers.range ?? '', response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}${prefix}`,
    sent,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
