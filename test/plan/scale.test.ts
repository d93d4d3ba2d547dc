import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { planOutputs } from '#github/plan-outputs'
import { largestMatrix } from '#plan/shard-jobs'
import { shardMatrices } from '#plan/matrices'
import { checkDocument } from '#schema/validate'
import { throwawayFolder } from '../actions/throwaway-folder.ts'
import { recordEvidence } from '../support/evidence.ts'
import { runLkft } from '../support/run-lkft.ts'

/** 50 entries of 10 compilers × 10 configurations, each build booted four times. */
function hugePlan(): string {
  const toolchains = ['gcc', ...Array.from({ length: 9 }, (_, at) => `gcc-${at + 8}`)]
  const entries = Array.from({ length: 50 }, (_, entry) => {
    const kconfigs = Array.from({ length: 10 }, (_config, at) => `c${entry}_${at}_defconfig`)
    return { 'target-arch': 'x86_64', toolchain: toolchains, kconfig: kconfigs }
  })
  const boots = ['boot', 'kunit', 'ltp-smoke', 'kselftest-timers'].map((suite) => ({
    device: 'qemu-x86_64',
    suites: [suite],
  }))
  return JSON.stringify({ version: 1, name: 'huge', builds: entries, boots })
}

test('lkft plan spells out 5,000 builds and 20,000 runs within the limits of GitHub', async () => {
  const file = join(await throwawayFolder(), 'lkft.yaml')
  await writeFile(file, hugePlan())
  const began = performance.now()
  const ended = await runLkft(['plan', file, '--json'])
  const seconds = (performance.now() - began) / 1000
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  const jobs = await checkDocument('jobs', JSON.parse(ended.stdout), 'jobs.json')
  expect([jobs.builds.length, jobs.boots.length]).toEqual([5000, 20_000])
  expect(jobs.shards.length).toBeLessThanOrEqual(largestMatrix)
  const largest = Math.max(
    ...jobs.shards.map(({ id }) => {
      const { builds, boots } = shardMatrices(jobs, id)
      return Math.max(builds.length, boots.length)
    }),
  )
  expect(largest).toBeLessThanOrEqual(largestMatrix)
  const size = Object.values(planOutputs(jobs)).reduce<number>((sum, value) => sum + String(value).length * 2, 0)
  expect(size).toBeLessThan(1024 * 1024)
  await recordEvidence({
    claim: 'plan-scale',
    command: 'lkft plan huge.yaml --json',
    kernel: 'none',
    figure: `${seconds.toFixed(2)} s with ${Math.round(ended.stdout.length / 1e6)} MB of JSON printed; ${jobs.shards.length} shards, largest matrix ${largest}, outputs ${size} bytes`,
  })
}, 120_000)
