import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readReference, readRepository, type Repository } from './workflow-model.ts'

/** Workflows that a run calls, with the one at its top: github.com allows 50 different ones, 10 deep; GHES 20 and 4. */
const limits = { different: 20, levels: 10, enterpriseServerLevels: 4 }

/** Too deep for GHES, as docs/actions.md says: it calls kernel-ci.yml, which calls two more. */
const githubOnly = ['watch.yml']

/** Every workflow below one, by the path of calls that leads to it. */
function callsOf(name: string, { workflows }: Repository): readonly (readonly string[])[] {
  const jobs = Object.values(workflows.get(name)?.jobs ?? {})
  const called = jobs.flatMap(({ uses }) => {
    const reference = uses === undefined ? undefined : readReference(uses)
    return reference?.kind === 'workflow' ? [reference.name] : []
  })
  return called.flatMap((one) => [
    [one],
    ...callsOf(one, { actions: new Map(), workflows }).map((path) => [one, ...path]),
  ])
}

test('whatever a tree calls stays within the limits of called workflows, all but watch.yml on GHES too', async () => {
  const repository = await readRepository(join(import.meta.dirname, '../..'))
  const callable = [...repository.workflows].filter(([, { on }]) =>
    Object.hasOwn(Object(on) as object, 'workflow_call'),
  )
  expect(callable.length).toBeGreaterThan(3)
  for (const [name] of callable) {
    const paths = callsOf(name, repository)
    const different = new Set([name, ...paths.flat()])
    // The tree's own workflow is the first level, the one it calls the second.
    const levels = 2 + Math.max(0, ...paths.map((path) => path.length))
    expect(different.size, name).toBeLessThanOrEqual(limits.different)
    expect(levels, name).toBeLessThanOrEqual(githubOnly.includes(name) ? limits.levels : limits.enterpriseServerLevels)
  }
})
