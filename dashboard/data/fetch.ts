import type { ReadRange } from '#results/repository/history-blocks'

/** What went wrong with a file of data, as the page says it. */
export class LoadError extends Error {
  override readonly name = 'LoadError'
}

const listeners = new Set<(text: string) => void>()
const said = new Set<string>()

/** Says something once that every page should show. */
export function onNotice(listener: (text: string) => void): void {
  listeners.add(listener)
}

function notice(text: string): void {
  if (said.has(text)) return
  said.add(text)
  for (const listener of listeners) listener(text)
}

const documents = new Map<string, Promise<unknown>>()

/** A JSON file below `data/`, read once; it is asked for anew when the page is loaded again. */
export async function readJson<Value>(path: string): Promise<Value> {
  let known = documents.get(path)
  if (known === undefined) {
    known = request(path, {}, 'no-cache').then((response) => parse(path, response))
    documents.set(path, known)
    known.catch(() => documents.delete(path))
  }
  return (await known) as Value
}

async function parse(path: string, response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (error) {
    throw new LoadError(`data/${path} is not what it should be: ${(error as Error).message}`, { cause: error })
  }
}

async function request(path: string, headers: HeadersInit, cache: RequestCache): Promise<Response> {
  const address = `data/${path.split('/').map(encodeURIComponent).join('/')}`
  const response = await fetch(address, { headers, cache }).catch((error: unknown) => {
    throw new LoadError(`${address} could not be loaded: ${(error as Error).message}`, { cause: error })
  })
  if (response.ok) return response
  const why = response.status === 404 ? 'is not there' : `was answered with ${response.status}`
  throw new LoadError(`${address} ${why}`)
}

/** A file that is read in parts. */
export interface RangeFile {
  readonly read: ReadRange
  /** Size of the file, known after the first read. */
  readonly size: () => number
}

const files = new Map<string, RangeFile>()

/**
 * Opens a file below `data/` for range requests. A host that does not know them
 * sends the whole file, which is then kept; a notice says so.
 */
export function openRanges(path: string): RangeFile {
  const known = files.get(path)
  if (known !== undefined) return known
  let size = 0
  let whole: Promise<Uint8Array> | undefined
  const parts = new Map<string, Promise<Uint8Array>>()
  const read = async (start: number, end: number): Promise<Uint8Array> => {
    if (whole !== undefined) return (await whole).subarray(start, end)
    const response = await request(path, { Range: `bytes=${start}-${end - 1}` }, 'default')
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (response.status === 206) {
      size = Number(response.headers.get('content-range')?.split('/')[1] ?? size)
      return bytes
    }
    notice('This host does not answer range requests, so whole files are loaded and the first look takes longer.')
    whole = Promise.resolve(bytes)
    size = bytes.length
    return bytes.subarray(start, end)
  }
  const file: RangeFile = {
    size: () => size,
    read: (start, end) => {
      const key = `${start}-${end}`
      let part = parts.get(key)
      if (part === undefined) {
        part = read(start, end)
        parts.set(key, part)
        part.catch(() => parts.delete(key))
      }
      return part
    },
  }
  files.set(path, file)
  return file
}
