import { decompress } from 'fzstd'
import { parquetMetadataAsync, parquetRead } from 'hyparquet'
import { LoadError, openRanges } from './fetch.ts'

/** Results of a build in columns, sorted by suite, test, environment. */
export interface BuildColumns {
  readonly suite: readonly string[]
  readonly test: readonly string[]
  readonly environment: readonly string[]
  readonly status: readonly string[]
}

/** A usual build is one request of this size or less. */
const firstRead = 1 << 19

const tables = new Map<string, Promise<BuildColumns>>()

/** Reads a build's Parquet file by range requests; the two that were read last are kept. */
export function readBuildFile(path: string): Promise<BuildColumns> {
  let known = tables.get(path)
  if (known === undefined) {
    known = read(path)
    for (const old of [...tables.keys()].slice(0, -1)) tables.delete(old)
    tables.set(path, known)
    known.catch(() => tables.delete(path))
  }
  return known
}

async function read(path: string): Promise<BuildColumns> {
  const ranges = openRanges(path)
  const start = await ranges.read(0, firstRead)
  const byteLength = Math.max(ranges.size(), start.length)
  const file = {
    byteLength,
    slice: async (from: number, to = byteLength): Promise<ArrayBuffer> => {
      const bytes = to <= start.length ? start.subarray(from, to) : await ranges.read(from, to)
      return bytes.slice().buffer
    },
  }
  const columns = { suite: [] as string[], test: [] as string[], environment: [] as string[], status: [] as string[] }
  try {
    await parquetRead({
      file,
      metadata: await parquetMetadataAsync(file),
      columns: Object.keys(columns),
      compressors: { ZSTD: (input: Uint8Array, length: number) => decompress(input, new Uint8Array(length)) },
      onChunk: ({ columnName, columnData }) => {
        const column = columns[columnName as keyof typeof columns]
        for (const value of columnData as string[]) column.push(value)
      },
    })
  } catch (error) {
    if (error instanceof LoadError) throw error
    throw new LoadError(`data/${path} is no Parquet file of results: ${(error as Error).message}`, { cause: error })
  }
  return columns
}
