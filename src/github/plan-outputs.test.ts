import { expect, test, vi } from 'vitest'
import { planOutputs } from '#github/plan-outputs'
import { groupByBuild } from '#github/shard-groups'
import { hugeJobs } from '#plan/huge-plan-for-tests'
import { shardMatrices } from '#plan/matrices'

// Thousands of cells or calls: slow on a busy machine, not wrong.
vi.setConfig({ testTimeout: 60_000 })

/** GitHub's limits of a job's output and of all outputs of a run, both counted in UTF-16. */
const limits = { output: 1024 * 1024, run: 50 * 1024 * 1024, matrix: 256 }
const bytes = (text: string): number => text.length * 2

test('5,000 builds and 20,000 runs: no matrix over 256, no output over 1 MB, all of the run under 50 MB', () => {
  const jobs = hugeJobs()
  const outputs = Object.values(planOutputs(jobs)).map(String)
  const groups = jobs.shards.map(({ id }) => groupByBuild(shardMatrices(jobs, id)))
  // Each shard's own job gives its groups as an output, see kernel-ci-shard.yml.
  const all = [...outputs, ...groups.map((one) => JSON.stringify(one))]
  expect(Math.max(...all.map(bytes))).toBeLessThan(limits.output)
  expect(all.reduce((sum, text) => sum + bytes(text), 0)).toBeLessThan(limits.run)
  expect(jobs.shards.length).toBeLessThanOrEqual(limits.matrix)
  for (const shard of groups) {
    expect(shard.length).toBeLessThanOrEqual(limits.matrix)
    for (const { boots, labs } of shard) expect(Math.max(boots.length, labs.length)).toBeLessThanOrEqual(limits.matrix)
  }
  expect(groups.flat().flatMap(({ boots }) => boots)).toHaveLength(20_000)
})
