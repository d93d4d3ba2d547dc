import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { spawn } from 'node:child_process'
import { LkftError } from '#errors/lkft-error'
import { childEnvironment } from '#process/child-environment'

export type Compression = 'gzip' | 'xz' | 'zstd'

/** First bytes of each format. */
const magics: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
]

/** How a file is compressed, by its first bytes; undefined when it is not. */
export async function detectCompression(file: string): Promise<Compression | undefined> {
  const head = Buffer.alloc(8)
  await using handle = await open(file)
  await handle.read(head, 0, head.length, 0)
  return magics.find(([, magic]) => magic.every((byte, index) => head[index] === byte))?.[0]
}

/**
 * Opens a file and undoes its compression, whatever its name says.
 *
 * @throws LkftError BAD_ARGUMENT from the stream when the data is damaged
 */
export async function openDecompressed(file: string): Promise<Readable> {
  const compression = await detectCompression(file)
  const raw = createReadStream(file, { highWaterMark: 1 << 18 })
  if (compression === undefined) return raw
  if (compression === 'xz') return openXz(file, raw)
  const unpack: Transform = compression === 'gzip' ? createGunzip() : createZstdDecompress()
  raw.on('error', (error) => unpack.destroy(error))
  unpack.on('error', () => raw.destroy())
  return raw.pipe(unpack)
}

/** Writes the decompressed content of one file to another. */
export async function decompressFile(from: string, to: string, signal: AbortSignal): Promise<void> {
  await pipeline(await openDecompressed(from), createWriteStream(to), { signal }).catch((error: unknown) => {
    signal.throwIfAborted()
    const { code } = error as { readonly code?: string }
    if (code === 'ENOSPC' || error instanceof LkftError) throw error
    throw new LkftError('BAD_ARGUMENT', `${from}: damaged: ${(error as Error).message}`, { cause: error })
  })
}

function openXz(file: string, raw: Readable): Readable {
  const child = spawn('xz', ['-dc'], { env: childEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] })
  raw.pipe(child.stdin)
  child.stdin.on('error', () => raw.destroy())
  child.once('error', () => {
    child.stdout.destroy(new LkftError('TOOL_MISSING', 'xz is not installed', { hint: 'apt-get install xz-utils' }))
  })
  child.once('exit', (code) => {
    if (code !== 0) child.stdout.destroy(new LkftError('BAD_ARGUMENT', `${file}: damaged xz data`))
  })
  return child.stdout
}
