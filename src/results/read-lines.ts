import { open } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import { LkftError } from '#errors/lkft-error'

/** A longer line is refused: no writer of results makes one, and it would fill the memory. */
const longestLine = 8 * 1024 * 1024

/** Whole lines of a file, as many as one read of it gave, with the number of the first. */
export interface LineBatch {
  readonly lines: readonly string[]
  /** 1-based number of the first line. */
  readonly first: number
  /** The file ends without a newline and the last of these lines is what stands there. */
  readonly cutOff: boolean
}

/**
 * Reads a UTF-8 file line by line without holding it whole; lines come without
 * `\n` or `\r\n`, invalid bytes as U+FFFD, a byte order mark is dropped.
 *
 * @throws LkftError BAD_DOCUMENT when the file cannot be read or a line is longer than 8 MiB
 */
export async function* readLineBatches(file: string, chunkBytes = 1 << 20): AsyncGenerator<LineBatch, void, void> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let first = 1
  await using handle = await openForReading(file)
  const buffer = Buffer.allocUnsafe(chunkBytes)
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, null)
    if (bytesRead === 0) break
    const text = decoder.write(buffer.subarray(0, bytesRead))
    const lines = (rest === '' ? text : rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) throw tooLong(file, first + lines.length)
    if (lines.length === 0) continue
    yield { lines: clean(lines, first), first, cutOff: false }
    first += lines.length
  }
  rest += decoder.end()
  if (rest !== '') yield { lines: clean([rest], first), first, cutOff: true }
}

async function openForReading(file: string): ReturnType<typeof open> {
  try {
    return await open(file, 'r')
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${file}: cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

function clean(lines: string[], first: number): string[] {
  if (first === 1 && lines[0]?.startsWith('\ufeff') === true) lines[0] = lines[0].slice(1)
  for (const [index, line] of lines.entries()) if (line.endsWith('\r')) lines[index] = line.slice(0, -1)
  return lines
}

function tooLong(file: string, line: number): LkftError {
  return new LkftError('BAD_DOCUMENT', `${file}:${line}: the line is longer than ${longestLine} characters`)
}
