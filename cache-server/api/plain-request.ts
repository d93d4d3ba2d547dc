/** A GET for the whole of something, as most are: nothing in its headers changes the answer. */
export interface PlainRequest {
  readonly target: string
  /** The header lines, each with its line end. */
  readonly headers: string
  /** Where the next request begins. */
  readonly end: number
}

/** Headers that change nothing for a file that is in memory. */
const idleNames: ReadonlySet<string> = new Set(['user-agent', 'accept', 'accept-encoding', 'accept-language'])

/** Node's own limit is the same. */
const mostHeadBytes = 16 * 1024

/** Clients send the same headers again and again. */
const judged = new Map<string, boolean>()
const mostJudged = 200
const longestJudged = 1024

/**
 * Reads a request head from the bytes of a connection, one character each. It takes
 * less than the grammar allows and never repairs anything: what it does not know in
 * full, an HTTP parser must read.
 *
 * @returns undefined when this is not, or not yet, a plain request
 */
export function readPlainRequest(text: string, start: number): PlainRequest | undefined {
  if (!text.startsWith('GET ', start)) return undefined
  const targetEnd = text.indexOf(' ', start + 4)
  if (targetEnd === -1 || !text.startsWith(' HTTP/1.1\r\n', targetEnd)) return undefined
  const headersStart = targetEnd + ' HTTP/1.1\r\n'.length
  const blank = text.indexOf('\r\n\r\n', headersStart)
  if (blank === -1 || blank - start > mostHeadBytes) return undefined
  const headers = text.slice(headersStart, blank + 2)
  if (!arePlain(headers)) return undefined
  return { target: text.slice(start + 4, targetEnd), headers, end: blank + 4 }
}

function arePlain(headers: string): boolean {
  const known = judged.get(headers)
  if (known !== undefined) return known
  const plain = judge(headers)
  if (headers.length > longestJudged) return plain
  if (judged.size >= mostJudged) judged.clear()
  judged.set(headers, plain)
  return plain
}

function judge(headers: string): boolean {
  let hosts = 0
  for (const line of headers.slice(0, -2).split('\r\n')) {
    const [, name = '', value = ''] = /^([A-Za-z-]+):[ \t]*([\x20-\x7e]*)$/.exec(line) ?? []
    const lower = name.toLowerCase()
    if (lower === 'host' && /^[A-Za-z0-9.:[\]_-]{1,255}$/.test(value.trimEnd())) hosts++
    else if (lower === 'connection' ? value.trimEnd().toLowerCase() !== 'keep-alive' : !idleNames.has(lower))
      return false
  }
  return hosts === 1
}

/** The value of a header that is there once at most. */
export function headerOf(headers: string, name: string): string | undefined {
  const line = headers.split('\r\n').find((one) => one.toLowerCase().startsWith(`${name}:`))
  return line?.slice(name.length + 1).trim()
}
