import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { hugeJobs } from '#plan/huge-plan-for-tests'
import { largestOutput, shardIds, shardMatrices } from '#plan/matrices'
import { shardJobs } from '#plan/shard-jobs'
import type { Jobs } from '#schema/documents'

// What counts is processor time; a busy machine only takes longer by the clock.
vi.setConfig({ testTimeout: 60_000 })

test('5,000 builds and 20,000 runs become valid matrices in under two seconds', () => {
  const before = process.threadCpuUsage()
  const jobs = hugeJobs()
  const shards = shardIds(jobs, 1)
  const matrices = shards.map((id) => shardMatrices(jobs, id))
  // Processor time: the wall clock of a busy machine says nothing about the code.
  const { user, system } = process.threadCpuUsage(before)
  const milliseconds = (user + system) / 1000
  expect([jobs.builds.length, jobs.boots.length]).toEqual([5000, 20_000])
  expect(milliseconds).toBeLessThan(2000)
  expect(shards.length).toBeLessThanOrEqual(256)
  expect(shardIds(jobs, 2)).toEqual([])
  for (const { builds, boots } of matrices) {
    expect(Math.max(builds.length, boots.length)).toBeLessThanOrEqual(256)
    expect(JSON.stringify({ builds, boots }).length * 2).toBeLessThan(largestOutput)
    const here = new Set(builds.map(({ name }) => name))
    expect(boots.every(({ build }) => here.has(build ?? ''))).toBe(true)
  }
  const times = jobs.shards.map(({ minutes }) => minutes)
  expect(Math.max(...times) / Math.min(...times)).toBeLessThan(1.2)
})

test('more than 256 runs of one build start in a second wave', () => {
  const jobs = jobsOf([600])
  expect(jobs.shards.map(({ wave, boots }) => [wave, boots.length])).toEqual([
    [1, 256],
    [2, 256],
    [2, 88],
  ])
})

test('a plan beyond 65,536 builds is refused with advice', () => {
  expect(() => shardJobs(jobsOf([1, 1, 1, 1, 1]), 2)).toThrow(/the plan needs 3 shards, one workflow run takes 2/)
})

test('every cell is in exactly one shard, whatever the plan', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(60), { maxLength: 30 }), fc.integer({ min: 32, max: 40 }), (runs, largest) => {
      const cells = jobsOf(runs)
      const shards = shardJobs(cells, largest)
      expect(shards.flatMap(({ builds }) => builds).sort()).toEqual(cells.builds.map(({ id }) => id).sort())
      expect(shards.flatMap(({ boots }) => boots).sort()).toEqual(cells.boots.map(({ id }) => id).sort())
      for (const { builds, boots } of shards) expect(Math.max(builds.length, boots.length)).toBeLessThanOrEqual(largest)
    }),
  )
})

/** Jobs with one build per number, which has that many boots. */
function jobsOf(runs: readonly number[]): Jobs {
  const many = (length: number): null[] => Array.from({ length }, () => null)
  let next = 1
  const cells = {
    builds: runs.map((_, index) => ({ id: `b${index + 1}`, name: `n${index}`, minutes: 1 })),
    boots: runs.flatMap((count, index) =>
      many(count).map(() => ({ id: `r${next++}`, build: `b${index + 1}`, minutes: 1 })),
    ),
    labs: [],
  } as unknown as Jobs
  return { ...cells, shards: largestOf(cells) }
}

function largestOf(cells: Jobs): Jobs['shards'] {
  return shardJobs(cells)
}
