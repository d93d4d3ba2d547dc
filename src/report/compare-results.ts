import { basename, resolve } from 'node:path'
import type { StageContext } from '#log/reporter'
import { buildReport } from '#report/build-report'
import { loadKnownIssues } from '#report/load-known-issues'
import { readResults } from '#report/read-results'
import type { Report } from '#schema/documents'

/** Two paths to compare: folders of stages or files of results. */
export interface CompareRequest {
  readonly baseline: string
  readonly current: string
  readonly knownIssues?: string
}

/**
 * Compares two sets of results by lkft's own rules and writes nothing.
 *
 * @throws LkftError BAD_ARGUMENT, BAD_DOCUMENT, STAGE_UNFINISHED
 */
export async function compareResults(request: CompareRequest, context: StageContext): Promise<Report> {
  const created = new Date()
  const knownIssues = await loadKnownIssues(request.knownIssues, created)
  const baseline = await readResults(request.baseline, context)
  const current = await readResults(request.current, context)
  const names = {
    baselineName: basename(resolve(request.baseline)),
    currentName: basename(resolve(request.current)),
  }
  const report = { baseline: [], current: [], failOn: [], outputDir: '', title: 'Comparison', created, ...names }
  return buildReport(report, baseline, current, knownIssues)
}
