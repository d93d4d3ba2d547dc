import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { parquetMetadata, parquetRead } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { LkftError } from '#errors/lkft-error'
import type { BuildTable } from '#results/repository/build-table'

/** Rows of one group; a whole build of usual size is one or a few. */
const rowGroupSize = 100_000

const columns = ['suite', 'test', 'environment', 'status'] as const

const compressors = {
  ZSTD: (input: Uint8Array): Uint8Array =>
    zstdCompressSync(input, { params: { [constants.ZSTD_c_compressionLevel]: 12 } }),
}

const decompressors = {
  ZSTD: (input: Uint8Array): Uint8Array => zstdDecompressSync(input),
}

/** A build's results as one Parquet file: zstd, dictionaries, sorted rows. */
export function writeBuildParquet(table: BuildTable): Uint8Array {
  const buffer = parquetWriteBuffer({
    columnData: columns.map((name) => ({ name, data: [...table[name]], type: 'STRING', nullable: false })),
    codec: 'ZSTD',
    compressors,
    rowGroupSize,
    createdBy: 'lkft',
  })
  return new Uint8Array(buffer)
}

/**
 * Reads a build's Parquet file, whoever wrote it, as long as it has our columns.
 *
 * @param from the file's name, for errors
 * @throws LkftError BAD_DOCUMENT
 */
export async function readBuildParquet(bytes: Uint8Array, from: string): Promise<BuildTable> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const table = { suite: [] as string[], test: [] as string[], environment: [] as string[], status: [] as string[] }
  try {
    const metadata = parquetMetadata(file)
    await parquetRead({
      file,
      metadata,
      columns: [...columns],
      compressors: decompressors,
      onChunk: ({ columnName, columnData }) => {
        const column = table[columnName as keyof typeof table]
        for (const value of columnData as string[]) column.push(value)
      },
    })
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${from}: no Parquet file of results: ${(error as Error).message}`, {
      cause: error,
    })
  }
  return table
}
