import { unknownName } from '#errors/nearest-names'

/** A root file system that others publish for a device. */
export interface PublishedRootfs {
  readonly name: string
  readonly device: string
  readonly url: string
}

/** lkft's own root file system, made on this machine from Debian's busybox. */
export const embeddedRootfs = 'busybox'

/** Folders below TuxRun's base URL; each is the device's name without `qemu-`. */
const folders = [
  'arm64',
  'arm64be',
  'armv5',
  'armv7',
  'armv7be',
  'i386',
  'm68k',
  'mips32',
  'mips32el',
  'mips64',
  'mips64el',
  'ppc32',
  'ppc64',
  'ppc64le',
  'riscv32',
  'riscv64',
  's390',
  'sh4',
  'sparc64',
  'x86_64',
] as const

const base = 'https://storage.tuxboot.com/buildroot'

/**
 * The root file systems that TuxRun takes by default, built with Buildroot.
 * Sorted by name. Their bytes change under the same URL: the digest of those
 * that are meant is in a lock file, as a real fetch gave it.
 */
export const publishedRootfs: readonly PublishedRootfs[] = folders.map((folder) => ({
  name: `tuxboot-${folder}`,
  device: `qemu-${folder}`,
  url: `${base}/${folder}/rootfs.ext4.zst`,
}))

/** The row of that name. @throws LkftError UNKNOWN_NAME with the nearest names */
export function findRootfs(name: string): PublishedRootfs {
  const row = publishedRootfs.find((one) => one.name === name)
  if (row !== undefined) return row
  throw unknownName(
    'root file system',
    name,
    publishedRootfs.map((one) => one.name),
  )
}
