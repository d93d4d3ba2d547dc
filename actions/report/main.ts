import { formatArtifactName } from '#github/artifact-names'
import { artifactStore } from '#github/artifacts'
import { commentForkReport } from '#github/fork-report'
import { packReport } from '#github/pack-report'
import { publishReport } from '#github/publish-report'
import { summaryLimit } from '#github/job-summary'
import { type ActionResult, runAction } from '#github/run-action'
import { readJobTimes, timeSummary } from '#github/time-summary'
import { exitCodeOfReport } from '#report/exit-code'
import { renderMarkdown } from '#report/markdown/render-markdown'
import { writeReport } from '#report/write-report'
import { loadInputs } from './inputs.ts'

await runAction(async (reader, context): Promise<ActionResult> => {
  const inputs = await loadInputs(reader, process.env, context)
  if ('forkRun' in inputs) return commentForkReport(inputs, context)
  const { request, event, scope } = inputs
  const report = await writeReport(request, context)
  await packReport(request, event)
  const artifact = formatArtifactName({ scope, kind: 'report', id: 'all', attempt: event.attempt })
  if (inputs.upload) await artifactStore.upload(artifact, request.outputDir, inputs.retentionDays)
  const times = timeSummary(await readJobTimes(request.current), Date.now())
  const limit = summaryLimit - Buffer.byteLength(times) - 3
  const exitCode = exitCodeOfReport(report, request.failOn)
  const published = await publishReport(inputs, report, exitCode === 0, context)
  return {
    outputs: {
      verdict: report.verdict,
      summary: report.summary,
      directory: request.outputDir,
      regressions: report.totals.regressions,
      fixes: report.totals.fixes,
      tests: report.totals.tests,
      ...published,
      artifact: inputs.upload ? artifact : '',
    },
    summary: `${renderMarkdown(report, { limit, link: event.runUrl })}\n\n${times}`,
    whereAll: inputs.upload ? `report.html of the artifact ${artifact}` : 'report.html',
    exitCode,
    failure: exitCode === 0 ? undefined : report.summary,
  }
})
