import { expect, test } from 'vitest'
import { timeSummary } from '#github/time-summary'

const start = Date.parse('2026-11-23T12:00:00Z')

test('wall time counts from the first start, minutes count every job, the longest is named first', () => {
  const times = [
    { kind: 'run', name: 'boot', started: start + 90_000, seconds: 30 },
    { kind: 'build', name: 'a|`b`', started: start, seconds: 90 },
    { kind: 'build', name: 'second', started: start + 1000, seconds: 60 },
  ] as const
  const text = timeSummary(times, start + 125_000)
  expect(text).toContain(
    '**Wall time 2 min 5 s**, 3.0 minutes of work: 2 builds in 2.5 min, 1 run in 0.5 min.\n\n<details>',
  )
  const rows = text.split('\n').filter((line) => /^\| (build|run) /.test(line))
  expect(rows.map((row) => row.split(' | ').at(-1))).toEqual(['1.5 |', '1.0 |', '0.5 |'])
  // The name cannot end its cell.
  expect(rows[0]).not.toContain('a|`b`')
})

test('thousands of jobs keep to a table of a hundred', () => {
  const times = Array.from({ length: 3000 }, (_, at) => ({
    kind: 'run' as const,
    name: `job-${at}`,
    started: start,
    seconds: at,
  }))
  const text = timeSummary(times, start)
  expect(text).toContain('the 100 longest of 3000 jobs')
  expect(text.match(/^\| run /gm)).toHaveLength(100)
  expect(timeSummary([], start)).toBe('')
})
