import { printable } from '#log/printable'
import { classOrder } from '#report/fold-changes'
import { fullTestName } from '#results/test-name'
import type { Report } from '#schema/documents'

const mostLines = 40

/** A report as lines for a terminal: the verdict, what went wrong with its reproducer, then counts. */
export function describeReport(report: Report): string[] {
  return [...describe(report)].map((line) => printable(line))
}

function* describe(report: Report): Generator<string, void, void> {
  yield `${report.verdict.toUpperCase()}: ${report.summary}`
  let left = mostLines
  for (const wanted of ['regression', 'new-failure'] as const) {
    for (const { title, message, reproduce } of incidents(report, wanted)) {
      if (left-- === 0) yield `  … and more in report.md`
      if (left < 0) continue
      yield ''
      yield `${wanted}: ${title}`
      if (message !== null)
        yield* message
          .split('\n')
          .slice(0, 6)
          .map((line) => `    ${line}`)
      if (reproduce !== null) yield `  reproduce: ${reproduce}`
    }
  }
  const fresh = report.diagnostics.filter((diagnostic) => diagnostic.class === 'new')
  if (fresh.length > 0) yield ''
  for (const { level, file, line, flag, message, build } of fresh.slice(0, mostLines)) {
    const place = file === null ? build : line === null ? file : `${file}:${line}`
    yield `new ${level}: ${place}: ${message}${flag === null ? '' : ` [${flag}]`}`
  }
  const rest = countClasses(report)
  if (rest !== '') yield* ['', rest]
  for (const text of report.missing.slice(0, mostLines)) yield `without results: ${text}`
  for (const note of report.notes) yield `note: ${note}`
}

interface Incident {
  readonly title: string
  readonly message: string | null
  readonly reproduce: string | null
}

function* incidents(report: Report, wanted: string): Generator<Incident, void, void> {
  for (const { class: is, build, before, after, message, reproduce } of report.build_changes) {
    if (is === wanted) yield { title: `build ${build} (${before ?? 'none'} → ${after})`, message, reproduce }
  }
  for (const { class: is, crash, environments, reproduce } of report.crash_changes) {
    if (is !== wanted) continue
    yield { title: `${crash.kind}: ${crash.title} on ${environments.join(', ')}`, message: null, reproduce }
  }
  for (const { class: is, suite, test, environments, before, after, message, reproduce } of report.changes) {
    if (is !== wanted) continue
    yield {
      title: `${fullTestName({ suite, test })} on ${environments.join(', ')} (${before ?? 'none'} → ${after ?? 'none'})`,
      message,
      reproduce,
    }
  }
}

function countClasses({ changes, crash_changes, build_changes }: Report): string {
  const all = [...changes, ...crash_changes, ...build_changes]
  return classOrder
    .filter((name) => name !== 'regression' && name !== 'new-failure')
    .map((name) => ({ name, count: all.filter((change) => change.class === name).length }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${name}: ${count}`)
    .join(', ')
}
