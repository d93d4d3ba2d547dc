import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'

export interface Received {
  readonly digest: string
  readonly size: number
}

/**
 * Writes a request's body into a file from an offset on.
 *
 * @throws Error when the client leaves before the end
 */
export async function writeStream(request: IncomingMessage, handle: FileHandle, offset: number): Promise<Received> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk)
    await handle.write(chunk, 0, chunk.length, offset + size)
    size += chunk.length
  }
  const declared = request.headers['content-length']
  if (!request.complete || (declared !== undefined && Number(declared) !== size)) throw new Error('the body was cut')
  return { digest: hash.digest('hex'), size }
}

/** Receives a request's body into a new file of a folder; nothing is left when it fails. */
export async function receiveFile(
  request: IncomingMessage,
  folder: string,
): Promise<Received & { readonly file: string }> {
  const file = join(folder, randomBytes(12).toString('hex'))
  try {
    await using handle = await open(file, 'wx')
    return { file, ...(await writeStream(request, handle, 0)) }
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

/**
 * Reads a small body whole.
 *
 * @throws Error when it is larger than `most` bytes
 */
export async function readBody(request: IncomingMessage, most: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw new Error(`the body is larger than ${most} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
