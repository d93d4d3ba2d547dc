import { join } from 'node:path'
import { type Action, readAction } from './action-file.ts'
import type { Origin } from './git-store.ts'
import type { Host } from './host.ts'
import { refuseAction, refuseImage } from './unsupported.ts'
import { InvalidFile } from './workflow-file.ts'

/**
 * Finds the action that a step uses: `./…` in the workspace as it is now, `$/…` in
 * the commit that holds the workflow or action file, `owner/name/path@ref` in a
 * commit of that repository.
 *
 * @throws Error as GitHub's runner says it
 */
export async function resolveAction(uses: string, origin: Origin, workspace: string, host: Host): Promise<Action> {
  refuseImage(uses)
  if (uses.startsWith('./'))
    return checked({ definition: await readAction(join(workspace, uses)), folder: join(workspace, uses), uses })
  if (uses.startsWith('$/')) {
    const folder = join(await host.git.unpack(origin), uses.slice(2))
    return checked({ definition: await readAction(folder), folder, origin, ref: origin.sha, uses })
  }
  const match = /^([^/@]+\/[^/@]+)((?:\/[^@]+)?)@(.+)$/.exec(uses)
  if (match === null) {
    throw new InvalidFile(`Expected format {org}/{repo}[/path]@ref. Actual '${uses}'`)
  }
  const [, repository = '', path = '', ref = ''] = match
  const standIn = host.options.standIns?.[`${repository}${path}`]
  if (standIn !== undefined) {
    return checked({
      definition: await readAction(standIn),
      folder: standIn,
      origin: { repository, sha: ref },
      ref,
      uses,
    })
  }
  const commit = await host.git.resolve(repository, ref)
  const folder = join(await host.git.unpack(commit), path)
  return checked({ definition: await readAction(folder), folder, origin: commit, ref, uses })
}

function checked(action: Action): Action {
  refuseAction(action.uses, action.definition.runs.using)
  return action
}
