import { type FindMaintainers, suitePath } from '#report/maintainers'
import type { Side } from '#report/read-side'
import { visibleLine, visibleText } from '#report/visible-text'
import { fullTestName } from '#results/test-name'
import type { Report } from '#schema/documents'

/** The list that every regression of the kernel is told to. */
const regressionsList = 'regressions@lists.linux.dev'

/** One thing that broke, as a mail tells it. */
interface Story {
  readonly kind: 'Build' | 'Boot' | 'Test'
  readonly title: string
  readonly environments: readonly string[]
  readonly log: string | null
  readonly reproduce: string | null
  readonly reproducibility: string
  /** Files of the kernel's tree that it points at. */
  readonly paths: readonly string[]
}

/**
 * A mail for each regression in the layout of LKFT's: what broke where, good and bad
 * kernel, analysis, log, source, steps to reproduce, who is to be told. Nothing is
 * sent; a person looks at the text first.
 *
 * @param find who maintains a path, from the tree's MAINTAINERS
 */
export function renderRegressionMails(report: Report, current: Side, find?: FindMaintainers): string {
  return listStories(report)
    .map((story) => renderStory(story, report, current, find))
    .join('\n\n')
}

function listStories({ build_changes: builds, crash_changes: crashes, changes, diagnostics }: Report): Story[] {
  const isRegression = ({ class: is }: { readonly class: string }): boolean => is === 'regression'
  return [
    ...builds.filter(isRegression).map(({ build, message, reproduce }): Story => {
      const errors = diagnostics.filter(
        (each) => each.build === build && each.level === 'error' && each.class === 'new',
      )
      const paths = errors.flatMap(({ file }) => file ?? [])
      const log = errors
        .slice(0, 20)
        .map(({ file, line, message: text }) => `${file ?? ''}:${line ?? ''}: error: ${text}`)
      const said = log.length > 0 ? log.join('\n') : message
      return { kind: 'Build', title: build, environments: [build], log: said, reproduce, reproducibility: 'yes', paths }
    }),
    ...crashes.filter(isRegression).map(({ crash, environments, reproduce }): Story => ({
      kind: crash.test === null ? 'Boot' : 'Test',
      title: `${crash.kind}: ${crash.title}`,
      environments,
      log: [crash.title, ...crash.trace.map((frame) => ` ${frame}`)].join('\n'),
      reproduce,
      reproducibility: 'not known yet',
      paths: crash.location === null ? [] : [crash.location.replace(/:\d+.*$/, '')],
    })),
    ...changes.filter(isRegression).map((change): Story => ({
      kind: 'Test',
      title: fullTestName(change),
      environments: change.environments,
      log: change.message,
      reproduce: change.reproduce,
      reproducibility: `${change.confirmed === true ? 'yes' : 're-validation needed'} (${change.evidence})`,
      paths: [suitePath(change.suite) ?? []].flat(),
    })),
  ]
}

function renderStory(story: Story, report: Report, { builds, runs }: Side, find: FindMaintainers | undefined): string {
  const { kind, title, environments, log, reproduce, reproducibility, paths } = story
  const to = [...new Set([...paths.flatMap((path) => find?.(path) ?? []), regressionsList])]
  const bad = report.current.kernel ?? report.current.name
  const good = report.baseline === null ? 'not known' : (report.baseline.kernel ?? report.baseline.name)
  const build = [...builds.values()].find(({ record }) => record.source.git !== null)?.record
  const commit =
    build?.source.git?.commit ?? runs.find(({ record }) => record.kernel.commit !== null)?.record.kernel.commit
  const describe = build?.source.git?.describe
  return [
    `To: ${to.join(', ')}`,
    `Subject: [REGRESSION] ${bad}: ${kind} regression: ${title}`,
    '',
    `${kind} regression on ${environments.join(', ')}: ${title}`,
    '',
    `First seen on: ${bad}`,
    `Good: ${good}`,
    `Bad: ${bad}`,
    '',
    'Regression analysis:',
    '- New regression? yes',
    `- Reproducibility? ${reproducibility}`,
    `- Suspected: ${paths.length === 0 ? 'not known; bisect between good and bad' : `changes to ${paths.join(', ')} between good and bad`}`,
    ...(log === null ? [] : ['', `## ${kind} log`, ...visibleText(log, 4000).split('\n').slice(0, 60)]),
    '',
    '## Source',
    `* Kernel version: ${bad}`,
    ...(describe === undefined || describe === null ? [] : [`* Git describe: ${describe}`]),
    ...(commit === undefined || commit === null ? [] : [`* Git commit: ${commit}`]),
    ...(build === undefined ? [] : [`* Toolchain: ${build.request.toolchain}`, `* Config: ${build.request.kconfig}`]),
    ...(reproduce === null ? [] : ['', '## Steps to reproduce', reproduce]),
    '',
    '--',
    report.title,
  ]
    .map((line) => visibleLine(line, 8000))
    .join('\n')
    .concat('\n')
}
