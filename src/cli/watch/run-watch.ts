import { exitCodeOfSignal } from '#errors/exit-code'
import { LkftError } from '#errors/lkft-error'
import { plainReporter } from '#log/plain-reporter'
import { printable } from '#log/printable'
import type { ClaimedCommit } from '#plan/watch/claim-commits'
import { watchTrees } from '#plan/watch/watch-trees'
import { watchInterruption } from '#process/interruption'
import { loadDocument } from '#schema/load-document'

/** The command line of `lkft watch`. */
export interface WatchFlags {
  readonly state: string
  readonly run?: string
  readonly json?: boolean
  readonly dryRun?: boolean
}

/** Polls once. @throws LkftError BAD_ARGUMENT for a plan without trees */
export async function runWatch(file: string, flags: WatchFlags): Promise<void> {
  const { trees } = await loadDocument('plan', file)
  if (trees === undefined)
    throw new LkftError('BAD_ARGUMENT', `${file} has no 'trees' to watch`, { hint: 'docs/watch.md shows them.' })
  const now = new Date()
  const reporter = plainReporter((line) => process.stderr.write(`${line}\n`), { showOutput: false })
  using interruption = watchInterruption()
  const { run = `local ${now.toISOString()}`, state: repository, dryRun = false } = flags
  const request = { trees, repository, environment: {}, run, now, dryRun }
  try {
    const claimed = await watchTrees(request, { reporter, signal: interruption.signal })
    if (flags.json === true) process.stdout.write(`${JSON.stringify(claimed, null, 2)}\n`)
    else for (const line of describeClaims(claimed, dryRun)) process.stdout.write(`${line}\n`)
  } catch (error) {
    const signal = interruption.received()
    if (signal === undefined) throw error
    process.exitCode = exitCodeOfSignal(signal)
  } finally {
    reporter.close()
  }
}

function describeClaims(claimed: readonly ClaimedCommit[], dryRun: boolean): readonly string[] {
  if (claimed.length === 0) return ['no new commits']
  return claimed.map(({ tree, branch, commit, due }) =>
    printable(`${dryRun ? 'new' : 'claimed'} ${tree} ${branch} ${commit}${due === null ? '' : ` due ${due}`}`),
  )
}
