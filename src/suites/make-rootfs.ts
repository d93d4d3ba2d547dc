import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'

export interface RootfsRequest {
  /** Target architecture as `lkft build` has it, e.g. `x86_64`, `arm64`, `riscv`. */
  readonly arch: string
  /** lkft's cache folder; the archive is kept there under a key of all that went into it. */
  readonly cacheDirectory: string
  /** Modules archive of the build (tar; also .gz .xz .zst). */
  readonly modules?: string | undefined
  /** tar or cpio archives unpacked over it, in order. */
  readonly overlays?: readonly string[]
}

/**
 * Makes lkft's own root file system: Debian's static busybox, lkft's init and
 * the suites' guest scripts, then modules and overlays, as one uncompressed newc
 * archive for an initramfs. Needs no root.
 *
 * @returns path of the archive; do not change it
 * @throws LkftError UNKNOWN_NAME for an architecture without busybox, FETCH_FAILED
 */
export async function makeRootfs(request: RootfsRequest, context: StageContext): Promise<string> {
  context.reporter.status(`root file system for ${request.arch}`)
  throw new LkftError('INTERNAL', 'no root file system yet')
}
