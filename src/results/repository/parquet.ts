import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { parquetMetadata, parquetRead } from 'hyparquet'
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import { LkftError } from '#errors/lkft-error'
import { type BuildTable, startColumn, storedStatuses, type TextColumn } from '#results/repository/build-table'

/** Rows of one group: small enough that a group's tests are numbered with few bits, and that a reader skips most. */
const rowGroupSize = 20_000

const columns = ['suite', 'test', 'environment', 'status'] as const

const compressors = {
  ZSTD: (input: Uint8Array): Uint8Array =>
    zstdCompressSync(input, { params: { [constants.ZSTD_c_compressionLevel]: 15 } }),
}

const decompressors = {
  ZSTD: (input: Uint8Array): Uint8Array => zstdDecompressSync(input),
}

/** A build's results as one Parquet file: zstd, dictionaries, sorted rows. */
export function writeBuildParquet(table: BuildTable): Uint8Array {
  const texts = [
    textsOf(table.suite),
    textsOf(table.test),
    textsOf(table.environment),
    textsOf({ values: storedStatuses, codes: table.status }),
  ]
  const columnData = columns.map((name, index) => ({
    name,
    data: texts[index] ?? [],
    type: 'STRING' as const,
    nullable: false,
    statistics: false,
  }))
  const schema = schemaFromColumnData({ columnData })
  const writer = new ByteWriter()
  const parquet = new ParquetWriter({ writer, schema, codec: 'ZSTD', compressors, createdBy: 'lkft' })
  void parquet.write({ columnData, rowGroupSize })
  addBounds(parquet, [table.suite, table.test])
  void parquet.finish()
  return writer.getBytes()
}

function textsOf({
  values,
  codes,
}: {
  readonly values: readonly string[]
  readonly codes: ArrayLike<number>
}): string[] {
  const texts: string[] = []
  for (let row = 0; row < codes.length; row++) texts.push(values[codes[row] ?? 0] ?? '')
  return texts
}

/** The least and greatest text of each group, so that a reader skips groups; the writer itself looks at every row. */
function addBounds({ row_groups: groups }: ParquetWriter, texts: readonly TextColumn[]): void {
  let from = 0
  for (const group of groups) {
    const to = from + Number(group.num_rows)
    for (const [index, column] of texts.entries()) {
      const metadata = group.columns[index]?.meta_data
      const used = usedCodes(column.codes.subarray(from, to))
      const found = [...used].map((code) => Buffer.from(column.values[code] ?? '')).sort((a, b) => Buffer.compare(a, b))
      const [least] = found
      const greatest = found.at(-1)
      if (metadata === undefined || least === undefined || greatest === undefined) continue
      metadata.statistics = { min_value: least, max_value: greatest, null_count: 0n }
    }
    from = to
  }
}

function usedCodes(codes: Uint32Array): ReadonlySet<number> {
  const used = new Set<number>()
  let last = -1
  for (const code of codes) {
    if (code !== last) used.add(code)
    last = code
  }
  return used
}

/**
 * Reads a build's Parquet file, whoever wrote it, as long as it has our columns.
 *
 * @param from the file's name, for errors
 * @throws LkftError BAD_DOCUMENT
 */
export async function readBuildParquet(bytes: Uint8Array, from: string): Promise<BuildTable> {
  const isWhole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength
  const file = (isWhole ? bytes.buffer : bytes.slice().buffer) as ArrayBuffer
  try {
    const metadata = parquetMetadata(file)
    const length = Number(metadata.num_rows)
    const texts = { suite: startColumn(length), test: startColumn(length), environment: startColumn(length) }
    const status = new Uint8Array(length)
    let rows = 0
    await parquetRead({
      file,
      metadata,
      columns: [...columns],
      compressors: decompressors,
      onChunk: ({ columnName, columnData }) => {
        const values = columnData as readonly string[]
        if (columnName === 'status') for (const value of values) status[rows++] = codeOfStatus.get(value) ?? 0
        else for (const value of values) texts[columnName as keyof typeof texts].add(value)
      },
    })
    const read = { suite: texts.suite.end(), test: texts.test.end(), environment: texts.environment.end() }
    return { length, ...read, status }
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${from}: no Parquet file of results: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

const codeOfStatus = new Map<string, number>(storedStatuses.map((status, code) => [status, code]))
