import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { readEvent } from '#github/event'
import { authorization, fetchCommit } from '#github/fetch-commit'
import type { InputReader } from '#github/inputs'
import { workFolder } from '#github/stage-inputs'
import { decideTrust } from '#github/trust'
import type { StageContext } from '#log/reporter'
import type { WatchRequest } from '#plan/watch/watch-trees'
import { loadDocument } from '#schema/load-document'

/** Everything that watch was asked. */
export interface WatchInputs {
  readonly request: WatchRequest
  readonly scope: string
}

/** Reads the inputs once. @throws LkftError BAD_ARGUMENT for an untrusted run or a plan without trees */
export async function loadInputs(
  inputs: InputReader,
  environment: NodeJS.ProcessEnv,
  context: StageContext,
): Promise<WatchInputs> {
  const event = await readEvent(environment)
  const { trusted, reason } = decideTrust(event)
  if (!trusted || event.pullRequest !== null)
    throw new LkftError('BAD_ARGUMENT', `watch claims commits for the repository, and this run may not: ${reason}`, {
      hint: "Start it by 'schedule' or 'workflow_dispatch'.",
    })
  const token = inputs.text('token')
  const repository = `${event.serverUrl}/${event.repository}`
  const plan = join(inputs.text('source') ?? (await checkOut()), inputs.text('plan') ?? 'lkft.yaml')
  const { trees } = await loadDocument('plan', plan)
  if (trees === undefined) throw new LkftError('BAD_ARGUMENT', `${plan} has no 'trees' to watch`)
  const gitEnvironment = authorization(event.serverUrl, token)
  const request = { trees, repository, environment: gitEnvironment, run: String(event.runId), now: new Date() }
  return { request, scope: inputs.text('scope') ?? 'lkft' }

  async function checkOut(): Promise<string> {
    const folder = join(workFolder(environment), 'checkout')
    const where = { url: repository, sha: event.sha, server: event.serverUrl }
    await fetchCommit(where, token, folder, context)
    return folder
  }
}
