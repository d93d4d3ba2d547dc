/** What stands in front of a file's bytes in a newc cpio archive. */
export interface CpioEntry {
  /** Path without a leading slash. */
  readonly path: string
  /** File type and permission bits, e.g. `0o100755`. */
  readonly mode: number
  /** Bytes that follow: a regular file's content or a symbolic link's target. */
  readonly size: number
  /** Seconds since 1970; 0 when absent, so that archives are the same every time. */
  readonly mtime?: number
  /** Device numbers of a character or block device. */
  readonly device?: { readonly major: number; readonly minor: number }
}

/** File type bits of a mode. */
export const fileType = {
  block: 0o060000,
  character: 0o020000,
  directory: 0o040000,
  fifo: 0o010000,
  link: 0o120000,
  regular: 0o100000,
} as const

/**
 * Header, name and padding of one entry; the content and `cpioPadding(size)`
 * follow. Everything belongs to root. The kernel unpacks several archives that
 * stand one after the other, so archives are joined by concatenation.
 */
export function cpioHeader(entry: CpioEntry): Buffer {
  const name = Buffer.from(`${entry.path}\0`)
  const fields = [
    0,
    entry.mode,
    0,
    0,
    1,
    entry.mtime ?? 0,
    entry.size,
    0,
    0,
    entry.device?.major ?? 0,
    entry.device?.minor ?? 0,
    name.length,
    0,
  ]
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`)
  return Buffer.concat([header, name, cpioPadding(header.length + name.length)])
}

/** Zero bytes up to the next multiple of four. */
export function cpioPadding(length: number): Buffer {
  return Buffer.alloc(-length & 3)
}

/** One whole entry with its content. */
export function cpioFile(path: string, mode: number, content: string | Uint8Array = ''): Buffer {
  const bytes = Buffer.from(content as string)
  return Buffer.concat([cpioHeader({ path, mode, size: bytes.length }), bytes, cpioPadding(bytes.length)])
}

/** The end of an archive. */
export function cpioTrailer(): Buffer {
  return Buffer.concat([cpioHeader({ path: 'TRAILER!!!', mode: 0, size: 0 })])
}
