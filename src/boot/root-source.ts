import { createHash } from 'node:crypto'
import { access, mkdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { decompressFile, detectCompression, openDecompressed } from '#files/decompress'

/** How a root file system reaches the kernel. */
export type RootKind = 'initrd' | 'disk'

/** By name, as TuxRun does: a cpio archive or a "ramdisk" is loaded with the kernel, all else is a disk. */
export function rootKindOfName(file: string): RootKind {
  return /\.cpio(\.|$)|\.tar(\.|$)|ramdisk|\.initrd/.test(basename(file)) ? 'initrd' : 'disk'
}

/** What a root file system is, by its content. */
export type RootFormat = 'cpio' | 'tar' | 'qcow2' | 'raw'

/** Bytes in which every format shows: tar's magic is at 257, that of ext4 at 1080. */
const headBytes = 2048

/** Looks into a root file system, compressed or not. @throws LkftError BAD_ARGUMENT for what is none */
export async function rootFormat(file: string): Promise<RootFormat> {
  const head = await firstBytes(file)
  if (/^07070[12]$/.test(head.toString('latin1', 0, 6))) return 'cpio'
  if (head.toString('latin1', 257, 262) === 'ustar') return 'tar'
  if (head.toString('latin1', 0, 4) === 'QFI\xfb') return 'qcow2'
  if (head.length === headBytes) return 'raw'
  throw new LkftError('BAD_ARGUMENT', `${file} is no root file system: neither a cpio or tar archive nor a disk image`)
}

async function firstBytes(file: string): Promise<Buffer> {
  const stream = await openDecompressed(file)
  const parts: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    parts.push(chunk)
    size += chunk.length
    if (size >= headBytes) break
  }
  return Buffer.concat(parts).subarray(0, headBytes)
}

/** The disk image as QEMU takes it: a compressed one is unpacked into the cache folder, once. */
export async function prepareDisk(file: string, cacheDirectory: string, signal: AbortSignal): Promise<string> {
  if ((await detectCompression(file)) === undefined) return file
  const { size, mtimeMs, ino } = await stat(file)
  const key = createHash('sha256').update(JSON.stringify([file, size, mtimeMs, ino]))
  const made = join(cacheDirectory, 'disks', `${key.digest('hex').slice(0, 16)}.img`)
  const known = await access(made).then(
    () => true,
    () => false,
  )
  if (known) return made
  await mkdir(dirname(made), { recursive: true })
  const temporary = `${made}.${process.pid}.tmp`
  try {
    await decompressFile(file, temporary, signal)
    await rename(temporary, made)
    return made
  } finally {
    await rm(temporary, { force: true })
  }
}
