import type { BuildRequest } from '#build/build-request'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import type { Build } from '#schema/documents'

/**
 * Builds a kernel into a build directory and gives its record, build.json.
 * A kernel that does not build is a verdict, not an exception; the directory is
 * valid whatever happens, and marked cancelled after an interruption.
 *
 * @throws LkftError for the caller's fault, before anything is written
 */
export async function buildKernel(request: BuildRequest, context: StageContext): Promise<Build> {
  throw new LkftError('INTERNAL', `not there yet: ${request.source} ${context.signal.aborted}`)
}
