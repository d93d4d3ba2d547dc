import { createHash } from 'node:crypto'
import { access, copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { finished, pipeline } from 'node:stream/promises'
import { createReadStream, createWriteStream } from 'node:fs'
import { decompressFile, detectCompression } from '#files/decompress'
import { cpioPadding } from '#files/cpio'
import { tarToCpio } from '#files/tar-to-cpio'

/**
 * Makes an uncompressed cpio archive of what should lie over a root file system:
 * a tar or cpio archive, compressed or not. Kept in the cache folder under the
 * file's path, size and time.
 *
 * @returns path of the archive; do not change it
 * @throws LkftError BAD_ARGUMENT when it is neither, or damaged
 */
export async function makeOverlay(file: string, cacheDirectory: string, signal: AbortSignal): Promise<string> {
  // The kernel takes it as it is.
  if (await isCpio(file)) return file
  const { size, mtimeMs, ino } = await stat(file)
  const key = createHash('sha256')
    .update(JSON.stringify([file, size, mtimeMs, ino]))
    .digest('hex')
    .slice(0, 16)
  const made = join(cacheDirectory, 'overlays', `${key}.cpio`)
  if (await exists(made)) return made
  await mkdir(dirname(made), { recursive: true })
  const temporary = `${made}.${process.pid}.tmp`
  const plain = `${made}.${process.pid}.plain`
  try {
    const compressed = (await detectCompression(file)) !== undefined
    if (compressed) await decompressFile(file, plain, signal)
    const archive = compressed ? plain : file
    if (await isCpio(archive)) await copyFile(archive, temporary)
    else await tarToCpio(archive, temporary)
    await rename(temporary, made)
    return made
  } finally {
    await rm(temporary, { force: true })
    await rm(plain, { force: true })
  }
}

/**
 * Joins archives for an initramfs, in order: what comes later lies over what
 * came before. Zeros between them, since the kernel looks for an archive only at
 * multiples of four, and a compressed one has any length.
 */
export async function joinArchives(archives: readonly string[], to: string): Promise<string> {
  const out = createWriteStream(to)
  for (const archive of archives) {
    const { size } = await stat(archive)
    await pipeline(createReadStream(archive, { highWaterMark: 1 << 20 }), out, { end: false })
    out.write(cpioPadding(size))
  }
  out.end()
  await finished(out)
  return to
}

async function isCpio(file: string): Promise<boolean> {
  const head = Buffer.alloc(6)
  await using handle = await open(file)
  await handle.read(head, 0, head.length, 0)
  return /^07070[12]$/.test(head.toString('latin1'))
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
