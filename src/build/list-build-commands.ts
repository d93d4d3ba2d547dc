import type { BuildRequest } from '#build/build-request'
import { LkftError } from '#errors/lkft-error'
import type { CommandLine } from '#process/command-line'

/**
 * The commands that `buildKernel` would run for this request, in order; runs nothing.
 *
 * @throws LkftError as `buildKernel` does
 */
export async function listBuildCommands(request: BuildRequest): Promise<readonly CommandLine[]> {
  throw new LkftError('INTERNAL', `not there yet: ${request.source}`)
}
