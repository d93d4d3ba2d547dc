import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type LkftError, toLkftError } from '#errors/lkft-error'

/** Files of one folder that grow while a run goes on. */
export interface GrowingFiles {
  /**
   * Appends at once; the first bytes make the file. After a failure the file ends where it did before, `broken` is
   * aborted and nothing is written any more; it never throws, since who calls is
   * often a stream that has nobody to throw to.
   *
   * @returns whether it was written
   */
  append(name: string, content: string | Uint8Array): boolean
  /** Closes and removes one file. */
  drop(name: string): void
  /** Aborted with an `LkftError`, e.g. DISK_FULL, when a write has failed. */
  readonly broken: AbortSignal
  /** Closes the files and gives back what was kept free for the record. */
  close(): void
}

/** Room for the record of a run whose disk is full. */
const reservedBytes = 256 * 1024

/**
 * Opens files of a folder for appending, and keeps some room on its disk: a file
 * without a name, so that it is gone however this process ends.
 *
 * @throws what the file system says
 */
export function openGrowingFiles(folder: string, names: readonly string[]): GrowingFiles {
  const reserve = reserveRoom(join(folder, '.reserve'))
  const open = (name: string): number => openSync(join(folder, name), 'a')
  const files = new Map(names.map((name) => [name, open(name)]))
  const broken = new AbortController()
  let closed = false
  return {
    append: (name, content) => {
      if (closed || broken.signal.aborted) return false
      const file = files.get(name) ?? open(name)
      files.set(name, file)
      const { size } = fstatSync(file)
      try {
        writeWhole(file, typeof content === 'string' ? Buffer.from(content) : content)
        return true
      } catch (error) {
        truncate(file, size)
        broken.abort(explain(error, join(folder, name)))
        return false
      }
    },
    drop: (name) => {
      const file = files.get(name)
      if (file === undefined) return
      files.delete(name)
      closeSync(file)
      unlinkSync(join(folder, name))
    },
    broken: broken.signal,
    close: () => {
      if (closed) return
      closed = true
      for (const file of [...files.values(), reserve]) closeSync(file)
    },
  }
}

function reserveRoom(path: string): number {
  const file = openSync(path, 'w')
  try {
    unlinkSync(path)
    // Random, so that no file system stores it in less.
    writeWhole(file, randomBytes(reservedBytes))
    return file
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/** Takes back half a line, so that readers of the file need not expect one. */
function truncate(file: number, size: number): void {
  try {
    ftruncateSync(file, size)
  } catch {
    // The disk is in a worse state than full; what was written before still stands.
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
}

function explain(thrown: unknown, path: string): LkftError {
  const error = toLkftError(thrown)
  error.message =
    error.code === 'DISK_FULL' ? `no space left on the disk to write ${path}` : `${path}: ${error.message}`
  return error
}
