import { createHash } from 'node:crypto'
import { access, copyFile, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, posix } from 'node:path'
import { finished, pipeline } from 'node:stream/promises'
import { createReadStream, createWriteStream } from 'node:fs'
import { LkftError } from '#errors/lkft-error'
import { cpioFile, cpioPadding, cpioTrailer, fileType } from '#files/cpio'
import { decompressFile, detectCompression } from '#files/decompress'
import { safePath } from '#files/tar-reader'
import { tarToCpio } from '#files/tar-to-cpio'

/**
 * Makes an uncompressed cpio archive of what should lie over a root file system:
 * a tar or cpio archive, compressed or not, or a single script. Kept in the cache
 * folder under the file's path, size and time.
 *
 * @param place folder that it goes to, absolute
 *
 * @returns path of the archive; do not change it
 * @throws LkftError BAD_ARGUMENT when it is neither, or damaged
 */
export async function makeOverlay(
  file: string,
  cacheDirectory: string,
  signal: AbortSignal,
  place = '/',
): Promise<string> {
  // The kernel takes it as it is.
  if (place === '/' && (await isCpio(file))) return file
  const { size, mtimeMs, ino } = await stat(file)
  const key = createHash('sha256')
    .update(JSON.stringify([file, size, mtimeMs, ino, ...(place === '/' ? [] : [place])]))
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
    if (await isCpio(archive)) {
      if (place !== '/') throw cannotMove(file, place)
      await copyFile(archive, temporary)
    } else if (/\.(?:py|sh)$/.test(file)) await writeFile(temporary, await scriptArchive(archive, place))
    else await tarToCpio(archive, temporary, place)
    await rename(temporary, made)
    return made
  } finally {
    await rm(temporary, { force: true })
    await rm(plain, { force: true })
  }
}

/** A script alone, in its folder. */
async function scriptArchive(script: string, place: string): Promise<Buffer> {
  const path = safePath(posix.join(place, basename(script)))
  const folders = path.split('/').slice(0, -1)
  return Buffer.concat([
    ...folders.map((_, at) => cpioFile(folders.slice(0, at + 1).join('/'), fileType.directory | 0o755)),
    cpioFile(path, fileType.regular | 0o755, await readFile(script)),
    cpioTrailer(),
  ])
}

function cannotMove(file: string, place: string): LkftError {
  return new LkftError('BAD_ARGUMENT', `${file} is a cpio archive: it cannot be unpacked at ${place}`, {
    hint: 'Give a tar archive, or a cpio archive whose paths begin there.',
  })
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
