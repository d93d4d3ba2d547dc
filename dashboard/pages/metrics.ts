import type { SiteBuild, SiteMetrics } from '#report/site/site-data'
import { metricKind } from '#results/metrics/direction'
import { judgeMetric, type MetricVerdict } from '#results/metrics/judge-metric'
import { drawChart } from '../chart.ts'
import { readBuilds, readMetrics } from '../data/project.ts'
import { el, lengthen, name, testName } from '../dom.ts'
import { percent, plural } from '../format.ts'
import { branchChoice, empty, heading, tag } from '../parts.ts'
import { project, type Route } from '../route.ts'
import { branchOf, branchWord, type Page } from './page.ts'

type Series = SiteMetrics['series'][number]

interface Judged {
  readonly series: Series
  readonly points: readonly { readonly build: SiteBuild; readonly value: number }[]
  readonly verdict: MetricVerdict | undefined
}

const order = ['regression', 'provisional', 'improvement', undefined] as const
const tones = { regression: 'bad', provisional: 'warn', improvement: 'good' } as const

/** Every measurement over the newest builds, those that moved first, each with the band of its noise. */
export async function metricsPage(route: Route, projectName: string): Promise<Page> {
  const [{ builds: ids, series }, { builds }] = await Promise.all([readMetrics(projectName), readBuilds(projectName)])
  const byId = new Map(builds.map((build) => [build.id, build]))
  const measured = ids.map((id) => byId.get(id))
  const branches = [...new Set(measured.toReversed().flatMap((build) => (build === undefined ? [] : [build.branch])))]
  const wanted = branchOf(route)
  const branch = wanted === undefined ? branches[0] : wanted
  const judged = series.map((one) => judge(one, measured, branch)).filter(({ points }) => points.length > 0)
  judged.sort((a, b) => order.indexOf(a.verdict?.verdict) - order.indexOf(b.verdict?.verdict))
  const moved = judged.filter(({ verdict }) => verdict !== undefined).length
  return {
    title: 'Metrics',
    content: [
      heading('Metrics'),
      el(
        'div',
        { class: 'tools' },
        branchChoice(branches, branch, (to) => project.page(projectName, 'metrics', branchWord(to)), false),
        el('span', { class: 'quiet' }, `${plural(judged.length, 'metric')}, ${moved} moved`),
      ),
      judged.length === 0
        ? empty('Nothing was measured yet.', 'Boot times and what suites measure appear here once builds are pushed.')
        : lengthen(judged, drawMetric, (charts) => el('div', { class: 'charts' }, charts)),
      el(
        'p',
        { class: 'quiet' },
        'The band is the mean of up to 30 builds before, three deviations either way. Only a change of the newest 5 builds by Welch’s test counts; provisional ones rest on two.',
      ),
    ],
  }
}

function judge(series: Series, builds: readonly (SiteBuild | undefined)[], branch: string | null | undefined): Judged {
  const points = series.values.flatMap((value, index) => {
    const build = builds[index]
    return value === null || build === undefined || build.branch !== branch ? [] : [{ build, value }]
  })
  const kind = metricKind(`${series.suite}/${series.test}`, series.unit ?? undefined)
  const values = points.map(({ value }) => value)
  return { series, points, verdict: kind === undefined ? undefined : judgeMetric(values, kind) }
}

function drawMetric({ series, points, verdict }: Judged): Node {
  const { suite, test, environment, unit } = series
  const newest = points.at(-1)
  return el(
    'figure',
    { class: 'metric' },
    el(
      'figcaption',
      {},
      testName(suite, test),
      ' ',
      name(environment, 'chip'),
      newest === undefined ? '' : el('b', {}, ` ${newest.value.toPrecision(4)} ${unit ?? ''} `),
      verdict === undefined
        ? null
        : el(
            'span',
            { title: verdict.evidence },
            tag(`${verdict.verdict} ${percent(verdict.change)}`, tones[verdict.verdict]),
          ),
    ),
    drawChart(points),
  )
}
