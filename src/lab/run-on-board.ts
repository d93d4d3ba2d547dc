import { LkftError } from '#errors/lkft-error'
import type { LabRequest } from '#lab/lab-request'
import type { StageContext } from '#log/reporter'
import type { Run } from '#schema/documents'

/**
 * Boots a kernel on a board, runs the suites and writes the run directory. The
 * board is powered off at the end, however it ends.
 *
 * @throws LkftError for the caller's faults found before the board is touched;
 *   what the lab or the kernel does wrong is a verdict
 */
export async function runOnBoard(request: LabRequest, context: StageContext): Promise<Run> {
  context.reporter.section(`Drive ${request.boardFile}`)
  throw new LkftError('INTERNAL', 'the lab stage is not there yet')
}
