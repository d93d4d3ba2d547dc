import { glob } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { planNames } from '#cli/plan-names'
import { loadPlan } from '#plan/load-plan'

const root = resolve(import.meta.dirname, '../../..')
const files = (
  await Array.fromAsync(glob(['examples/**/lkft.yaml', 'schemas/examples/plan.yaml'], { cwd: root }))
).sort()

test.each(files)('%s names only what there is, and skips no run for want of a build', async (file) => {
  const { jobs } = await loadPlan(join(root, file), { names: planNames() })
  expect(jobs.builds).not.toEqual([])
  expect(jobs.boots.length + jobs.labs.length).toBeGreaterThan(0)
  expect(jobs.skipped.filter(({ kind }) => kind !== 'build')).toEqual([])
})

test('there are examples', () => {
  expect(files.length).toBeGreaterThan(3)
})
