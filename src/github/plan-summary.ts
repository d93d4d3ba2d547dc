import { describeJobs } from '#plan/describe-jobs'
import { codeBlock, codeSpan } from '#report/markdown/code'
import type { Jobs } from '#schema/documents'

/** The job summary of a plan: what runs, what it costs, what is left out and why. */
export function planSummary(jobs: Jobs): string {
  return `## Plan ${codeSpan(jobs.name)}\n\n${codeBlock(describeJobs(jobs).join('\n'), '', 200_000)}`
}
