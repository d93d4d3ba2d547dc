import type { SiteBuild } from '#report/site/site-data'
import { welch } from '#results/metrics/statistics'
import { svg } from './dom.ts'
import { buildTitle } from './format.ts'

const width = 600
const height = 120
const margin = 8
/** Builds before a point that its band is made of. */
const window = 30
const leastForBand = 5

/** A line over builds, oldest first, with the band that each value was to be expected in. */
export function drawChart(points: readonly { readonly build: SiteBuild; readonly value: number }[]): Node {
  const values = points.map(({ value }) => value)
  const bands = values.map((_value, index) => bandOf(values.slice(Math.max(0, index - window), index)))
  const all = [...values, ...bands.flatMap((band) => band ?? [])]
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const x = (index: number): number =>
    values.length === 1 ? width / 2 : margin + (index / (values.length - 1)) * (width - 2 * margin)
  const y = (value: number): number =>
    high === low ? height / 2 : height - margin - ((value - low) / (high - low)) * (height - 2 * margin)
  const place = (index: number, value: number): string => `${x(index).toFixed(1)},${y(value).toFixed(1)}`
  const upper = bands.flatMap((band, index) => (band === undefined ? [] : [place(index, band[1])]))
  const lower = bands.flatMap((band, index) => (band === undefined ? [] : [place(index, band[0])])).toReversed()
  const first = values[0] ?? 0
  const last = values.at(-1) ?? 0
  return svg(
    'svg',
    {
      class: 'chart',
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `${values.length} builds, from ${first.toPrecision(4)} to ${last.toPrecision(4)}, least ${low.toPrecision(4)}, most ${high.toPrecision(4)}`,
    },
    svg('polygon', { class: 'band', points: [...upper, ...lower].join(' ') }),
    svg('polyline', { class: 'line', points: values.map((value, index) => place(index, value)).join(' ') }),
    ...points.map(({ build, value }, index) =>
      svg(
        'circle',
        { class: isOutside(value, bands[index]) ? 'dot out' : 'dot', cx: x(index), cy: y(value), r: 2.5 },
        svg('title', {}, `${buildTitle(build).slice(0, 80)}: ${value.toPrecision(4)}`),
      ),
    ),
  )
}

/** Mean and three deviations of the values before; undefined when they are too few. */
function bandOf(before: readonly number[]): readonly [number, number] | undefined {
  if (before.length < leastForBand) return undefined
  const { mean, deviation } = welch(before, before)
  return [mean - 3 * deviation, mean + 3 * deviation]
}

function isOutside(value: number, band: readonly [number, number] | undefined): boolean {
  return band !== undefined && (value < band[0] || value > band[1])
}
