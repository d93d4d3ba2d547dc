import { join } from 'node:path'
import { planNames } from '#cli/plan-names'
import { LkftError } from '#errors/lkft-error'
import { listChangedPaths } from '#github/changed-paths'
import { defined } from '#github/defined'
import { type PullRequest, readEvent } from '#github/event'
import { type CommitPlace, fetchCommit } from '#github/fetch-commit'
import type { InputReader } from '#github/inputs'
import { connect } from '#github/octokit'
import { workFolder } from '#github/stage-inputs'
import type { StageContext } from '#log/reporter'
import type { PlanOptions } from '#plan/plan-options'

/** Everything that plan was asked. */
export interface PlanInputs {
  readonly file: string
  readonly scope: string
  readonly upload: boolean
  readonly retentionDays: number | undefined
  readonly outputDir: string
  readonly attempt: number
  /** Where the checkout is, and so the kernel tree. */
  readonly source: string
  readonly packSource: boolean
  /** A commit of another repository that is built in place of the checkout. */
  readonly tree: CommitPlace | undefined
  /** The pull request's merge commit and where its commits are to be had; only for a checkout of the action's own. */
  readonly pull: (PullRequest & { readonly place: CommitPlace }) | undefined
  readonly options: Pick<PlanOptions, 'names' | 'changedPaths'>
}

/** One shard of a plan that this run has made already. */
export interface ShardInputs {
  readonly shard: string
  readonly scope: string
  readonly folder: string
}

/** Reads the inputs once; asks GitHub what the push or pull request changes when `changed-paths` is `auto`. */
export async function loadInputs(
  inputs: InputReader,
  environment: NodeJS.ProcessEnv,
  context: StageContext,
): Promise<PlanInputs | ShardInputs> {
  const scope = inputs.text('scope') ?? 'lkft'
  const shard = inputs.text('shard')
  const outputDir = inputs.text('output-dir') ?? join(workFolder(environment), 'plan')
  if (shard !== undefined) return { shard, scope, folder: outputDir }
  const paths = inputs.lines('changed-paths')
  const event = await readEvent(environment)
  const changed = async (): Promise<readonly string[] | undefined> => {
    if (paths.length === 0 || tree !== undefined) return undefined
    if (paths[0] !== 'auto') return paths
    return listChangedPaths(connect(inputs.required('token'), event.apiUrl, context.reporter), event, event.before)
  }
  const tree = readTree()
  const place = { url: `${event.serverUrl}/${event.repository}`, sha: event.sha, server: event.serverUrl }
  const given = inputs.text('source')
  const source = given ?? (await checkOut())
  return {
    file: join(source, inputs.text('plan') ?? 'lkft.yaml'),
    scope,
    upload: inputs.flag('upload', false),
    retentionDays: inputs.positive('retention-days'),
    outputDir,
    attempt: event.attempt,
    source,
    packSource: inputs.flag('pack-source', false),
    tree,
    pull:
      event.pullRequest === null || given !== undefined || tree !== undefined
        ? undefined
        : { ...event.pullRequest, place },
    options: { names: planNames(), ...defined({ changedPaths: await changed() }) },
  }

  async function checkOut(): Promise<string> {
    const folder = join(workFolder(environment), 'checkout')
    context.reporter.section(`Check out ${event.sha} of ${event.repository}`)
    await fetchCommit(place, inputs.text('token'), folder, context)
    return folder
  }

  function readTree(): CommitPlace | undefined {
    const url = inputs.text('tree')
    if (url === undefined) return undefined
    const sha = inputs.required('tree-commit')
    if (!/^[0-9a-f]{40,64}$/.test(sha))
      throw new LkftError('BAD_ARGUMENT', `input tree-commit is '${sha}'; it must be a full commit`)
    return { url, sha, server: event.serverUrl }
  }
}
