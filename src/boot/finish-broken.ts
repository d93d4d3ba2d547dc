import { toLkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import type { RunDirectory } from '#results/run-directory'
import type { Run } from '#schema/documents'

/** Ends the directory after an error or an interruption before the machine ran. */
export async function finishBroken(directory: RunDirectory, thrown: unknown, { signal }: StageContext): Promise<Run> {
  if (signal.aborted) {
    const cause = { code: 'cancelled', message: 'interrupted' }
    return directory.finish({ state: 'cancelled', verdict: 'cancelled', cause })
  }
  const error = toLkftError(thrown)
  const { code, message, hint } = error
  const cause = { code, message, ...(hint === undefined ? {} : { hint }) }
  await directory.finish({ state: 'done', verdict: error.fault === 'caller' ? 'error' : 'infra', cause })
  throw error
}
