import { basename, dirname, join } from 'node:path'
import { writeJsonAtomic } from '#files/write-atomic'
import type { RunEvent } from '#github/event'
import { recordsFolder } from '#github/fetch-baseline'
import { copyRecords } from '#github/stage-records'
import { findStages } from '#report/find-stages'
import type { ReportRequest } from '#report/report-request'

/**
 * Adds to a report directory what later runs need of it: the records of every
 * build and run, so that the artifact can be a baseline, and the pull request's
 * number, for the workflow that comments on behalf of forks.
 */
export async function packReport({ current, outputDir }: ReportRequest, event: RunEvent): Promise<void> {
  for (const { kind, directory } of await findStages(current, 'current')) {
    const parent = basename(dirname(directory))
    const cell = parent === 'records' || parent === 'run' ? basename(directory) : `${parent}-${basename(directory)}`
    await copyRecords(kind, directory, join(outputDir, recordsFolder, kind, cell))
  }
  if (event.pullRequest === null) return
  const { number, headSha } = event.pullRequest
  await writeJsonAtomic(join(outputDir, 'pull-request.json'), { number, head_sha: headSha })
}
