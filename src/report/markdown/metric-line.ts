import { describeMetric } from '#report/describe-metric'
import { codeSpan } from '#report/markdown/code'
import { fullTestName } from '#results/test-name'
import type { Report } from '#schema/documents'

const marks = { regression: '❌ worse', provisional: '⚠️ perhaps worse', improvement: '✅ better', limit: '❌ limit' }

/** One line for a measurement: what it did, by how much, and what that rests on. */
export function metricLine(change: NonNullable<Report['metric_changes']>[number]): string {
  const { class: is, environment, evidence } = change
  return (
    `- ${marks[is]}: ${codeSpan(fullTestName(change))} on ${codeSpan(environment, 80)}: ` +
    `${codeSpan(describeMetric(change), 120)} — ${evidence}`
  )
}
