import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { LkftError } from '#errors/lkft-error'
import { cachedUrl } from '#fetch/cached-url'

const attempts = 3
const attemptMs = 20_000
const largestBytes = 4 * 1024 * 1024

/**
 * Downloads a configuration; three attempts, each at most 20 s and 4 MiB.
 * `#sha256=<hex>` at the end of the URL checks the bytes.
 *
 * @param cacheServer base URL of an lkft cache server to fetch through
 * @throws LkftError FETCH_FAILED, HOST_NOT_ALLOWED (the cache server refuses the host)
 */
export async function fetchKconfig(spec: string, cacheServer?: string, waitMs = 1000): Promise<string> {
  const { url, sha256 } = splitChecksum(spec)
  const from = cacheServer === undefined ? url : cachedUrl(cacheServer, url)
  let last = ''
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await sleep(waitMs * 2 ** (attempt - 2))
    const result = await attemptFetch(from).catch((error: unknown) => ({ failure: message(error), final: false }))
    if ('bytes' in result) return checked(result.bytes, url, sha256)
    last = result.failure
    if (result.final) break
  }
  if (cacheServer !== undefined && last.startsWith('HTTP 403: '))
    throw new LkftError('HOST_NOT_ALLOWED', `${url}: ${last}`)
  throw new LkftError('FETCH_FAILED', `cannot download the kconfig ${url}: ${last}`)
}

async function attemptFetch(url: string): Promise<{ bytes: Buffer } | { failure: string; final: boolean }> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(attemptMs),
    headers: { 'user-agent': 'lkft' },
  })
  if (!response.ok) {
    const words = await firstWords(response)
    return { failure: `HTTP ${response.status}${words}`, final: response.status < 500 && response.status !== 429 }
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > largestBytes) return { failure: `larger than ${largestBytes} bytes`, final: true }
    chunks.push(chunk)
  }
  return { bytes: Buffer.concat(chunks) }
}

/** What a cache server says in its first line; an origin's page is nobody's help. */
async function firstWords(response: Response): Promise<string> {
  const isShort = Number(response.headers.get('content-length') ?? Infinity) <= 4096
  if (isShort && (response.headers.get('content-type') ?? '').startsWith('text/plain')) {
    const line = (await response.text()).trim().split('\n', 1)[0] ?? ''
    return line === '' ? '' : `: ${line.slice(0, 200)}`
  }
  await response.body?.cancel()
  return ''
}

function checked(bytes: Buffer, url: string, wanted: string | undefined): string {
  const found = createHash('sha256').update(bytes).digest('hex')
  if (wanted === undefined || wanted === found) return bytes.toString('utf8')
  throw new LkftError('FETCH_FAILED', `the kconfig ${url} has the sha256 ${found}, not ${wanted}`)
}

function splitChecksum(spec: string): { url: string; sha256: string | undefined } {
  const match = /^(?<url>[^#]*)#sha256=(?<sha256>[0-9a-f]{64})$/.exec(spec)?.groups
  return { url: match?.['url'] ?? spec, sha256: match?.['sha256'] }
}

function message(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
