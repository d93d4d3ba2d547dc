import { describe, expect, test } from 'vitest'
import { compareMetrics } from '#report/compare-metrics'
import { metricKind } from '#results/metrics/direction'
import { addMeasurement, type MetricTable } from '#results/metrics/metric-table'

/** A series that wobbles by 1 % around what it should be. */
function table(values: readonly number[], unit = 'ms', first = 0): MetricTable {
  const made: MetricTable = new Map()
  for (const [index, value] of values.entries()) {
    const wobble = 1 + ((index * 7) % 5) / 200
    const what = { environment: 'x15', suite: 'perf', test: 'pipe', kernel: first + index, unit }
    addMeasurement(made, { ...what, value: value * wobble })
  }
  return made
}

const steady = Array<number>(20).fill(100)

describe('measurements', () => {
  test.each([
    ['more time is worse', 'ms', 120, 'regression'],
    ['less time is better', 'ms', 80, 'improvement'],
    ['more a second is better', 'MB/s', 120, 'improvement'],
    ['less a second is worse', 'MB/s', 80, 'regression'],
  ])('%s', (_, unit, value, expected) => {
    const now = table(Array<number>(5).fill(value), unit)
    expect(compareMetrics(table(steady, unit), now, [])).toMatchObject([{ class: expected, unit, test: 'pipe' }])
  })

  test('noise, one slow build and a first run say nothing', () => {
    expect(compareMetrics(table(steady), table([101]), [])).toEqual([])
    expect(compareMetrics(table(steady), table([150]), [])).toEqual([])
    expect(compareMetrics(new Map(), table(steady), [])).toEqual([])
  })

  test('two slow builds in a row are provisional', () => {
    expect(compareMetrics(table(steady), table([150, 150]), [])).toMatchObject([{ class: 'provisional' }])
  })

  test('a limit of the file counts without any baseline, where its environments are', () => {
    const rule = { metric: 'perf/*', at_most: 90 }
    expect(compareMetrics(new Map(), table([100]), [rule])).toMatchObject([
      { class: 'limit', before: null, evidence: 'allowed: at most 90' },
    ])
    expect(compareMetrics(new Map(), table([100]), [{ ...rule, environments: ['qemu-*'] }])).toEqual([])
  })

  test('direction and tolerance of the file outrank what unit and name tell', () => {
    const rule = { metric: 'perf/pipe', better: 'higher' as const, tolerance: 0.5 }
    expect(compareMetrics(table(steady), table(Array<number>(5).fill(120)), [rule])).toEqual([])
    const now = table(Array<number>(5).fill(200))
    expect(compareMetrics(table(steady), now, [rule])).toMatchObject([{ class: 'improvement' }])
  })

  test.each([
    ['x', 'usecs/op', undefined],
    ['latency_p99', undefined, 'lower'],
    ['bandwidth', undefined, 'higher'],
    ['x', 'Hz', 'higher'],
    ['build-warnings', undefined, 'lower'],
    ['strange', undefined, undefined],
  ])('%s in %s is better %s', (name, unit, expected) => {
    expect(metricKind(name, unit)?.better).toBe(expected)
  })
})
