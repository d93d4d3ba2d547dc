import { join } from 'node:path'
import { createStageDirectory } from '#files/stage-directory'
import { writeAtomic, writeJsonAtomic } from '#files/write-atomic'
import type { StageContext } from '#log/reporter'
import { renderBadge } from '#report/badge'
import { buildReport } from '#report/build-report'
import { renderHtml } from '#report/html/render-html'
import { writeKcidb } from '#report/kcidb'
import { renderMail } from '#report/mail'
import { readMaintainers } from '#report/maintainers'
import { renderRegressionMails } from '#report/regression-mail'
import { renderMarkdown } from '#report/markdown/render-markdown'
import { loadKnownIssues } from '#report/load-known-issues'
import { readBaseline } from '#report/read-baseline'
import { readSide, type Side } from '#report/read-side'
import { reportResults } from '#report/report-results'
import type { ReportRequest } from '#report/report-request'
import { writeJunit } from '#results/junit'
import type { Report } from '#schema/documents'

/**
 * Compares the current results with a baseline and writes the report directory:
 * report.html, report.md, mail.txt, regressions.txt, badge.svg, kcidb.json, junit.xml
 * and, last, report.json.
 *
 * @throws LkftError BAD_ARGUMENT, BAD_DOCUMENT, STAGE_UNFINISHED, NOT_WRITABLE
 */
export async function writeReport(request: ReportRequest, context: StageContext): Promise<Report> {
  const { reporter, signal } = context
  const created = request.created ?? new Date()
  const knownIssues = await loadKnownIssues(request.knownIssues, created)
  for (const { title, until } of knownIssues.expired) reporter.warn(`the known issue '${title}' expired on ${until}`)
  const outputDir = await createStageDirectory(request.outputDir)
  const allowIncomplete = request.allowIncomplete === true
  reporter.section('Reading results')
  const baseline = await readBaseline(request.baseline, allowIncomplete, context)
  const found = await readSide(request.current, { option: '--current', allowIncomplete }, context)
  const current = showCommands(found, request.showCommand)
  signal.throwIfAborted()
  reporter.section('Comparing and writing')
  const report = buildReport({ ...request, created }, baseline, current, knownIssues)
  const link = request.link === undefined ? {} : { link: request.link }
  await writeAtomic(join(outputDir, 'report.html'), await renderHtml(report))
  await writeAtomic(join(outputDir, 'report.md'), renderMarkdown(report, link))
  await writeAtomic(join(outputDir, 'mail.txt'), renderMail(report, current, request.link))
  await writeAtomic(join(outputDir, 'badge.svg'), renderBadge(report))
  const find = request.maintainers === undefined ? undefined : await readMaintainers(request.maintainers)
  await writeAtomic(join(outputDir, 'regressions.txt'), renderRegressionMails(report, current, find))
  await writeKcidb(join(outputDir, 'kcidb.json'), current)
  await writeJunit(join(outputDir, 'junit.xml'), {
    name: report.title,
    started: report.created,
    results: () => reportResults(current),
    crashes: current.runs.flatMap(({ record }) => record.crashes),
  })
  await writeJsonAtomic(join(outputDir, 'report.json'), report)
  return report
}

function showCommands(side: Side, show: ReportRequest['showCommand']): Side {
  if (show === undefined) return side
  const runs = side.runs.map(({ directory, record }) => {
    const reproduce = record.reproduce == null ? record.reproduce : show(record.reproduce)
    return { directory, record: { ...record, reproduce } }
  })
  return { ...side, runs }
}
