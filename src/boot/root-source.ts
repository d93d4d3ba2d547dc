import { open } from 'node:fs/promises'
import { basename } from 'node:path'

/** How a root file system reaches the kernel. */
export type RootKind = 'initrd' | 'disk'

/** By name, as TuxRun does: a cpio archive or a "ramdisk" is loaded with the kernel, all else is a disk. */
export function rootKindOfName(file: string): RootKind {
  return /\.cpio(\.|$)|ramdisk|\.initrd/.test(basename(file)) ? 'initrd' : 'disk'
}

/** By name, or by content for a cpio archive of any name. */
export async function rootKindOf(file: string): Promise<RootKind> {
  if (rootKindOfName(file) === 'initrd') return 'initrd'
  const head = Buffer.alloc(6)
  await using handle = await open(file)
  await handle.read(head, 0, head.length, 0)
  return /^07070[12]$/.test(head.toString('latin1')) ? 'initrd' : 'disk'
}
