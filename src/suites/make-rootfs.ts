import { createHash } from 'node:crypto'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unknownName } from '#errors/nearest-names'
import { writeAtomic } from '#files/write-atomic'
import type { StageContext } from '#log/reporter'
import { debianArchitectures } from '#suites/debian-architectures'
import { fetchPackage } from '#suites/fetch-package'
import { guestArchive } from '#suites/guest-files'

export interface RootfsRequest {
  /** Architecture of the programs, as a kernel's target architecture, e.g. `x86_64`, `arm64`, `riscv`. */
  readonly arch: string
  /** lkft's cache folder; the archive is kept there under a key of all that went into it. */
  readonly cacheDirectory: string
}

/**
 * Makes lkft's own root file system: Debian's static busybox, lkft's init and
 * the suites' guest scripts as one uncompressed newc archive for an initramfs.
 * Needs no root. Modules and overlays are archives of their own (`makeOverlay`),
 * joined to it by concatenation.
 *
 * @returns path of the archive; do not change it
 * @throws LkftError UNKNOWN_NAME for an architecture without busybox, FETCH_FAILED
 */
export async function makeRootfs(request: RootfsRequest, context: StageContext): Promise<string> {
  const row = debianArchitectures.find(({ arch }) => arch === request.arch)
  if (row === undefined) {
    const known = debianArchitectures.map(({ arch }) => arch)
    throw unknownName('architecture of a root file system', request.arch, known)
  }
  const { cacheDirectory } = request
  const name = 'busybox-static'
  const folder = await fetchPackage({ name, debianArch: row.debian, releases: row.releases, cacheDirectory }, context)
  const archive = guestArchive(
    await readFile(join(folder, 'bin/busybox')).catch(() => readFile(join(folder, 'usr/bin/busybox'))),
    row.arch,
  )
  const key = createHash('sha256').update(archive).digest('hex').slice(0, 16)
  const file = join(cacheDirectory, 'rootfs', `${row.arch}-${key}.cpio`)
  const made = await access(file).then(
    () => true,
    () => false,
  )
  if (!made) await writeAtomic(file, archive)
  return file
}
