import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { posix } from 'node:path'
import { type CpioEntry, cpioFile, cpioHeader, cpioPadding, cpioTrailer, fileType } from '#files/cpio'
import { openDecompressed } from '#files/decompress'
import { readTar, safePath, type TarEntry } from '#files/tar-reader'

/**
 * Turns a tar archive, compressed or not, into a newc cpio archive for an
 * initramfs. Files belong to root there. Holds no file in memory.
 *
 * @param folder where the members go, e.g. `usr` or the empty string for the root
 * @throws LkftError BAD_ARGUMENT when the archive is damaged
 */
export async function tarToCpio(archive: string, to: string, folder = ''): Promise<void> {
  const out = createWriteStream(to)
  const failed = once(out, 'error').then(([error]) => {
    throw error as Error
  })
  failed.catch(() => {})
  const write = async (bytes: Uint8Array): Promise<void> => {
    if (!out.write(bytes)) await Promise.race([once(out, 'drain'), failed])
  }
  try {
    const made = new Set<string>()
    // The kernel makes no folder that has no entry of its own; archives often leave those out.
    const makeFolders = async (path: string): Promise<void> => {
      for (const parent of parents(path)) {
        if (made.has(parent) || (path !== safePath(folder) && oftenLinks.has(parent))) continue
        made.add(parent)
        await write(directory(parent))
      }
    }
    await makeFolders(safePath(folder))
    await readTar(await openDecompressed(archive), archive, async (entry) => {
      const path = safePath(posix.join(folder, entry.path))
      await makeFolders(posix.dirname(path) === '.' ? '' : posix.dirname(path))
      if (entry.type === 'directory') made.add(path)
      if (path !== '') await write(header(path, entry))
      let left = entry.size
      return async (piece) => {
        await write(piece)
        left -= piece.length
        if (left === 0) await write(cpioPadding(entry.size))
      }
    })
    out.end(cpioTrailer())
    await Promise.race([once(out, 'finish'), failed])
  } finally {
    out.destroy()
  }
}

function header(path: string, entry: TarEntry): Buffer {
  const { mode, mtime, size } = entry
  const make = (type: number, more: Partial<CpioEntry> = {}): Buffer =>
    cpioHeader({ path, mode: type | mode, size: 0, mtime, ...more })
  const device = { major: entry.major, minor: entry.minor }
  switch (entry.type) {
    case 'directory':
      return make(fileType.directory)
    case 'link':
      return cpioFile(path, fileType.link | 0o777, entry.target)
    case 'hard-link':
      return cpioFile(path, fileType.link | 0o777, `/${safePath(entry.target)}`)
    case 'character':
      return make(fileType.character, { device })
    case 'block':
      return make(fileType.block, { device })
    case 'fifo':
      return make(fileType.fifo)
    case 'file':
      return make(fileType.regular, { size })
  }
}

function directory(path: string): Buffer {
  return cpioHeader({ path, mode: fileType.directory | 0o755, size: 0 })
}

/** Folders that are links to others in many root file systems; an entry would put a folder in the link's place. */
const oftenLinks: ReadonlySet<string> = new Set(['bin', 'lib', 'lib32', 'lib64', 'libx32', 'sbin'])

function parents(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}
