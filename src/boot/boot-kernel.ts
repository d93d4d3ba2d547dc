import type { BootRequest } from '#boot/boot-request'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import type { Run } from '#schema/documents'

/**
 * Boots a kernel on a virtual device, runs the suites and writes the run
 * directory, which is valid at every moment. What the kernel or the emulator
 * does wrong is a verdict, not an error.
 *
 * @throws LkftError for the caller's faults, found before anything is started
 */
export async function bootKernel(request: BootRequest, context: StageContext): Promise<Run> {
  context.reporter.section(`Boot ${request.device ?? request.build ?? ''}`)
  throw new LkftError('INTERNAL', 'the boot stage is not there yet')
}
