import { glob, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { runForOutput } from '#process/run-command'
import { parseWorkflowText } from './parse-workflow.ts'
import { callInterface, readReference, readRepository, type Repository, type Workflow } from './workflow-model.ts'

const root = resolve(import.meta.dirname, '../..')

/** What a run may call: github.com allows 50 different workflows, 10 deep, the one at its top counted; GHES 20 and 4. */
const limits = { different: 20, levels: 10, enterpriseServerLevels: 4 }

/** Levels of the workflows that something starts: all of ours and of the examples. Above 4 none runs on GHES. */
const levelsOfEntries: Readonly<Record<string, number>> = {
  '.github/workflows/ci.yml': 1,
  '.github/workflows/kernel-ci.yml': 3,
  '.github/workflows/release.yml': 1,
  'examples/actions-only/.github/workflows/kernel.yml': 1,
  'examples/bisect/.github/workflows/bisect.yml': 2,
  'examples/dashboard/.github/workflows/nightly.yml': 4,
  'examples/forks/.github/workflows/report-of-forks.yml': 2,
  'examples/minimal/.github/workflows/kernel.yml': 4,
  'examples/nightly/.github/workflows/nightly.yml': 4,
  'examples/out-of-tree-module/.github/workflows/module.yml': 1,
  // By watch.yml, which examples/watch-enterprise-server does without.
  'examples/stable-rc/.github/workflows/review.yml': 5,
  'examples/watch-enterprise-server/.github/workflows/watch.yml': 4,
}

/** Every path of calls below a workflow. */
function callsOf({ jobs }: Workflow, repository: Repository): readonly (readonly string[])[] {
  return Object.values(jobs).flatMap(({ uses }) => {
    const reference = uses === undefined ? undefined : readReference(uses)
    if (reference?.kind !== 'workflow') return []
    const called = repository.workflows.get(reference.name)
    if (called === undefined) throw new Error(`${uses} does not exist`)
    return [[reference.name], ...callsOf(called, repository).map((path) => [reference.name, ...path])]
  })
}

test('each workflow that something starts has the levels that we say, and all but watch.yml run on GHES', async () => {
  const repository = await readRepository(root)
  const levels: Record<string, number> = {}
  for await (const path of glob(['.github/workflows/*.yml', 'examples/**/.github/workflows/*.yml'], { cwd: root })) {
    const workflow = parse(await readFile(join(root, path), 'utf8')) as Workflow
    const events = Object.keys(Object(workflow.on) as object).filter((event) => event !== 'workflow_call')
    if (callInterface(workflow) !== undefined && events.length === 0) continue
    const paths = callsOf(workflow, repository)
    levels[path] = 1 + Math.max(0, ...paths.map((calls) => calls.length))
    expect(new Set(paths.flat()).size, path).toBeLessThan(limits.different)
    const most = paths.flat().includes('watch.yml') ? limits.levels : limits.enterpriseServerLevels
    expect(levels[path], path).toBeLessThanOrEqual(most)
  }
  expect(levels).toEqual(levelsOfEntries)
}, 60_000)

test('the command of docs/actions.md gives every reusable workflow the path form that GHES knows', async () => {
  const page = await readFile(join(root, 'docs/actions.md'), 'utf8')
  const script = /^sed -i '(s\|.+\|)' \.github\/workflows\/\*\.yml$/m.exec(page)?.[1] ?? 'none'
  const { workflows } = await readRepository(root)
  let rewritten = 0
  for (const [name, workflow] of workflows) {
    if (callInterface(workflow) === undefined) continue
    const path = await runForOutput({ argv: ['sed', script, join(root, '.github/workflows', name)] })
    const code = path.replaceAll(/^\s*#.*$/gm, '')
    expect(code, name).not.toContain('$/')
    for (const [, uses = ''] of code.matchAll(/uses: (\S+)/g)) {
      expect(uses).toMatch(/^lkft\/lkft\/(actions\/[a-z-]+|\.github\/workflows\/[a-z-]+\.yml)@[0-9a-f]{40}$/)
      rewritten++
    }
    expect(await parseWorkflowText(root, `.github/workflows/${name}`, path), name).toEqual([])
  }
  expect(rewritten).toBeGreaterThan(12)
}, 60_000)
