import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cachedUrl } from '#fetch/cached-url'
import { downloadFile } from '#fetch/download-file'
import { silentReporter } from '#log/reporter'

const context = { reporter: silentReporter, signal: new AbortController().signal }
const content = Buffer.alloc(300_000, 'kernel ')
const sha256 = createHash('sha256').update(content).digest('hex')

let folder: string
let server: Server | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-download-'))
})
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((done) => (server === undefined ? done(undefined) : server.close(done)))
  server = undefined
  await rm(folder, { recursive: true })
})

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener)
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('downloading a file', () => {
  it('gives the bytes and their sha256', async () => {
    const base = await serve((_request, response) => response.end(content))
    const file = join(folder, 'deep/Image')
    expect(await downloadFile({ url: `${base}/Image`, file, sha256 }, context)).toEqual({
      bytes: content.length,
      sha256,
    })
    expect(await readFile(file)).toEqual(content)
  })

  it('tries again after a passing error and follows a redirect', async () => {
    let tries = 0
    const base = await serve((request, response) => {
      if (request.url === '/moved') return response.writeHead(302, { location: '/Image' }).end()
      tries += 1
      return tries < 3 ? response.writeHead(503).end('busy') : response.end(content)
    })
    const done = await downloadFile({ url: `${base}/moved`, file: join(folder, 'Image') }, context)
    expect(done.sha256).toBe(sha256)
    expect(tries).toBe(3)
  })

  it('resumes a body that was cut', async () => {
    const ranges: (string | undefined)[] = []
    const base = await serve((request, response) => {
      ranges.push(request.headers.range)
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      response.setHeader('etag', '"one"')
      response.setHeader('accept-ranges', 'bytes')
      response.setHeader('content-length', content.length - start)
      if (start > 0)
        response.writeHead(206, { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` })
      if (ranges.length > 1) return response.end(content.subarray(start))
      response.write(content.subarray(0, 100_000))
      return setTimeout(() => response.destroy(), 50)
    })
    const done = await downloadFile({ url: `${base}/Image`, file: join(folder, 'Image') }, context)
    expect(done.sha256).toBe(sha256)
    expect(ranges[0]).toBeUndefined()
    expect(ranges[1]).toMatch(/^bytes=\d+-/)
  })

  it('keeps nothing when the bytes are the wrong ones', async () => {
    const base = await serve((_request, response) => response.end('something else'))
    const download = { url: `${base}/Image`, file: join(folder, 'Image'), sha256 }
    await expect(downloadFile(download, context)).rejects.toThrow(/sha256 is .* wanted/)
    expect(await readdir(folder)).toEqual([])
  })

  it('names URL and status when the server refuses', async () => {
    const base = await serve((_request, response) => response.writeHead(404).end('no such file\n'))
    const download = { url: `${base}/Image`, file: join(folder, 'Image') }
    await expect(downloadFile(download, context)).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: `${base}/Image: HTTP 404: no such file`,
    })
  })

  it('asks the cache server when there is one', async () => {
    const asked: (string | undefined)[] = []
    const base = await serve((request, response) => (asked.push(request.url), response.end(content)))
    await downloadFile(
      { url: 'https://example.org/a b?x=1&y=2', file: join(folder, 'Image'), cacheServer: `${base}/` },
      context,
    )
    expect(asked).toEqual(['/api/v1/fetch/?url=https%3A%2F%2Fexample.org%2Fa%20b%3Fx%3D1%26y%3D2'])
    expect(() => cachedUrl('ftp://host', 'http://x/')).toThrow(/cache server 'ftp:\/\/host' is no http/)
  })
})
