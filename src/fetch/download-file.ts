import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { request } from 'undici'
import { LkftError, toLkftError } from '#errors/lkft-error'
import { cachedUrl } from '#fetch/cached-url'
import { downloadAgent } from '#fetch/download-agent'
import type { StageContext } from '#log/reporter'

export interface Download {
  /** http or https. */
  readonly url: string
  /** Where the bytes go; replaced only when all of them are there and right. */
  readonly file: string
  /** 64 hexadecimal digits; other bytes are refused. */
  readonly sha256?: string | undefined
  /** Base URL of an lkft cache server to fetch through. */
  readonly cacheServer?: string | undefined
}

export interface Downloaded {
  readonly bytes: number
  readonly sha256: string
}

/**
 * Downloads a URL into a file: retried, resumed where the server allows it,
 * checked, and put in place by a rename.
 *
 * @throws LkftError FETCH_FAILED, HOST_NOT_ALLOWED (the cache server refuses the host), DISK_FULL
 */
export async function downloadFile(download: Download, { signal, reporter }: StageContext): Promise<Downloaded> {
  const { url, file } = download
  const from = download.cacheServer === undefined ? url : cachedUrl(download.cacheServer, url)
  await mkdir(dirname(file), { recursive: true })
  const partial = `${file}.${randomBytes(4).toString('hex')}.partial`
  try {
    const { statusCode, body, headers } = await request(from, { dispatcher: downloadAgent(), signal })
    if (statusCode !== 200) throw await refused(url, statusCode, body)
    const total = Number(headers['content-length'])
    const done = await writeBody(body, partial, (bytes) => reporter.status(progress(bytes, total)))
    if (download.sha256 !== undefined && done.sha256 !== download.sha256.toLowerCase()) {
      throw new LkftError('FETCH_FAILED', `${url}: sha256 is ${done.sha256}, wanted ${download.sha256}`)
    }
    await rename(partial, file)
    return done
  } catch (error) {
    if (error instanceof LkftError || signal.aborted || toLkftError(error).code === 'DISK_FULL') throw error
    throw new LkftError('FETCH_FAILED', `${url}: ${(error as Error).message}`, { cause: error })
  } finally {
    await rm(partial, { force: true })
  }
}

async function writeBody(
  body: AsyncIterable<Uint8Array>,
  file: string,
  onBytes: (bytes: number) => void,
): Promise<Downloaded> {
  const hash = createHash('sha256')
  let bytes = 0
  const handle = await open(file, 'wx')
  try {
    for await (const chunk of body) {
      hash.update(chunk)
      await handle.writeFile(chunk)
      bytes += chunk.length
      onBytes(bytes)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { bytes, sha256: hash.digest('hex') }
}

async function refused(url: string, status: number, body: { text(): Promise<string> }): Promise<LkftError> {
  const words = (await body.text().catch(() => '')).trim().split('\n', 1)[0]?.slice(0, 200) ?? ''
  const message = `${url}: HTTP ${status}${words === '' ? '' : `: ${words}`}`
  return new LkftError(status === 403 && words.includes('allow') ? 'HOST_NOT_ALLOWED' : 'FETCH_FAILED', message)
}

function progress(bytes: number, total: number): string {
  const mib = (value: number): string => (value / 1024 / 1024).toFixed(1)
  return total > 0 ? `${mib(bytes)} of ${mib(total)} MiB` : `${mib(bytes)} MiB`
}
