import type { BootRequest } from '#boot/boot-request'
import { LkftError } from '#errors/lkft-error'
import type { CommandLine } from '#process/command-line'

/**
 * The QEMU commands that `bootKernel` would run, in order, without running any.
 *
 * @throws LkftError for the caller's faults
 */
export async function listBootCommands(request: BootRequest): Promise<readonly CommandLine[]> {
  throw new LkftError('INTERNAL', `the boot stage is not there yet (${request.outputDir})`)
}
