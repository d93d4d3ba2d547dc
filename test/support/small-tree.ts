import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { sharedSource } from './shared-kernel.ts'

const run = promisify(execFile)

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/** Folders of which small kernels for x86_64 and arm64 compile nothing; their Kconfig files and Makefiles are read all the same. */
const unused = [
  ...words('Documentation net samples sound arch/arm64/boot/dts tools/perf tools/power tools/testing'),
  ...words('alpha arc arm csky hexagon ia64 loongarch m68k microblaze mips nios2').map((name) => `arch/${name}`),
  ...words('openrisc parisc powerpc riscv s390 sh sparc um xtensa').map((name) => `arch/${name}`),
  ...words('ata block comedi crypto dma gpio gpu hid hwmon i2c iio infiniband').map((name) => `drivers/${name}`),
  ...words('input iommu isdn md media message misc mmc mtd net nvme phy').map((name) => `drivers/${name}`),
  ...words('pinctrl platform regulator s390 scsi soc spi staging target usb video').map((name) => `drivers/${name}`),
  ...words('btrfs ext4 f2fs nfs nfsd nls ocfs2 smb xfs').map((name) => `fs/${name}`),
]

const copy = `from=$1; to=$2; shift 2; cd "$from"
{ printf '%s\\n' "$@" | tar -c --anchored --exclude-from=- .
  find "$@" -name 'Kconfig*' -o -name 'Makefile*' -o -name 'Kbuild*' -o -name '*.include' | tar -c -T -
} | tar -C "$to" -x --ignore-zeros`

/**
 * Copies the shared Linux tree without the code of what no small kernel builds:
 * a sixth of the bytes, the same objects. For tests that commit and pack a tree.
 */
export async function copySmallTree(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const paths = unused.map((path) => `./${path}`)
  await run('sh', ['-c', copy, 'sh', await sharedSource(), folder, ...paths])
  return folder
}
