import type { Side } from '#report/read-side'
import { plural } from '#report/verdict'
import { visibleLine } from '#report/visible-text'
import { fullTestName } from '#results/test-name'
import type { Report } from '#schema/documents'

const mostTests = 200

/**
 * A report as the plain text of a mail, in the order of LKFT's replies to a release
 * candidate: verdict, build, regressions with their reproducers, fixes, totals,
 * builds by architecture, suites.
 *
 * @param link a page with the whole report
 */
export function renderMail(report: Report, side: Side, link?: string): string {
  const compared = report.baseline === null ? '' : ` (compared to ${report.baseline.kernel ?? report.baseline.name})`
  const sections = [
    [`Subject: ${subject(report)}`],
    [verdict(report)],
    ['## Build', ...describeBuild(report, side, link)],
    testSection(report, 'regression', 'Test Regressions', compared),
    crashSection(report, compared),
    buildSection(report, compared),
    testSection(report, 'fix', 'Test Fixes', compared),
    reproducers(report),
    ['## Test result summary', resultLine(report)],
    buildSummary(side),
    suites(side),
    report.missing.length === 0 ? [] : ['## Without results', ...report.missing.map((text) => `* ${text}`)],
    ['--', report.title],
  ]
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => visibleLine(line, 500)).join('\n'))
    .join('\n\n')}\n`
}

function subject({ totals, current, title }: Report): string {
  const mark = totals.regressions > 0 ? '[REGRESSION] ' : ''
  const { tests, fail, pass, skip } = totals
  return `${mark}${title}: ${current.kernel ?? current.name}: ${tests} tests, ${fail} failed, ${pass} passed, ${skip} skipped`
}

function verdict({ totals, environments, verdict: is, summary }: Report): string {
  const names = environments.map(({ name }) => name)
  const list = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? 'nothing')
  if (is === 'pass') return `No regressions on ${list}.`
  return totals.regressions > 0 ? `Regressions on ${list}: ${summary}` : summary
}

function describeBuild({ current }: Report, { builds, runs }: Side, link?: string): string[] {
  const git = [...builds.values()].map(({ record }) => record.source.git).find((found) => found !== null)
  const commit = git?.commit ?? runs.find(({ record }) => record.kernel.commit !== null)?.record.kernel.commit
  const facts = [
    ['kernel', current.kernel],
    ['git branch', git?.branch],
    ['git commit', commit],
    ['git describe', git?.describe],
    ['test details', link],
  ] as const
  return facts.flatMap(([name, value]) => (value === null || value === undefined ? [] : [`* ${name}: ${value}`]))
}

function testSection(report: Report, wanted: 'regression' | 'fix', title: string, compared: string): string[] {
  const changes = report.changes.filter((change) => change.class === wanted)
  if (changes.length === 0) return [`## No ${title}${compared}`]
  const groups = new Map<string, string[]>()
  for (const { environments, suite, test } of changes.slice(0, mostTests)) {
    for (const environment of environments) {
      const group = `* ${environment}, ${suite}`
      groups.set(group, [...(groups.get(group) ?? []), `  - ${test}`])
    }
  }
  const lines = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([group, tests]) => [group, ...tests])
  const left = changes.length - mostTests
  return [`## ${title}${compared}`, ...lines, ...(left > 0 ? [`${left} more are in the report`] : [])]
}

function crashSection({ crash_changes: changes }: Report, compared: string): string[] {
  const fresh = changes.filter((change) => change.class === 'regression' || change.class === 'new-failure')
  if (fresh.length === 0) return []
  const lines = fresh.flatMap(({ crash, environments }) => [
    `* ${environments.join(', ')}`,
    `  - ${crash.kind}: ${crash.title}`,
    ...crash.trace.slice(0, 8).map((name) => `      ${name}`),
  ])
  return [`## New crashes${compared}`, ...lines]
}

function buildSection({ build_changes: changes }: Report, compared: string): string[] {
  const broken = changes.filter((change) => change.class === 'regression')
  if (broken.length === 0) return []
  return [
    `## Build Regressions${compared}`,
    ...broken.flatMap(({ build, message }) => [`* ${build}`, ...(message === null ? [] : [`  - ${message}`])]),
  ]
}

function reproducers({ changes, crash_changes: crashes, build_changes: builds }: Report): string[] {
  const commands = new Map<string, string>()
  const add = (name: string, { class: is, reproduce }: { class: string; reproduce: string | null }): void => {
    if (is === 'regression' && reproduce !== null && !commands.has(reproduce)) commands.set(reproduce, name)
  }
  for (const change of builds) add(change.build, change)
  for (const change of crashes) add(change.crash.title, change)
  for (const change of changes) add(fullTestName(change), change)
  if (commands.size === 0) return []
  return ['## Steps to reproduce', ...[...commands].slice(0, 20).flatMap(([line, name]) => [`# ${name}`, line])]
}

function resultLine({ totals }: Report): string {
  const { tests, pass, fail, skip, xfail } = totals
  return `total: ${tests}, pass: ${pass}, fail: ${fail}, skip: ${skip}, xfail: ${xfail}`
}

function buildSummary({ builds }: Side): string[] {
  const byArch = new Map<string, { total: number; passed: number }>()
  for (const { record } of builds.values()) {
    const counts = byArch.get(record.request.target_arch) ?? { total: 0, passed: 0 }
    counts.total += 1
    if (record.verdict === 'pass') counts.passed += 1
    byArch.set(record.request.target_arch, counts)
  }
  if (byArch.size === 0) return []
  const lines = [...byArch].sort(([a], [b]) => (a < b ? -1 : 1)).map(
    ([arch, { total, passed }]) => `* ${arch}: ${total} total, ${passed} passed, ${total - passed} failed`,
  ) // prettier-ignore
  return ['## Build Summary', ...lines]
}

function suites({ results }: Side): string[] {
  const names = new Set([...results.values()].flatMap((tests) => [...tests.keys()]))
  if (names.size === 0) return []
  return [`## Test suites summary (${plural(names.size, 'suite')})`, ...[...names].sort().map((name) => `* ${name}`)]
}
