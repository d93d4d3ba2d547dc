import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import type { WorkflowResult } from '../result.ts'
import { jobOf, runFiles } from '../run-files.ts'

// Each case makes a repository and starts processes: slow on a busy machine, not wrong.
vi.setConfig({ testTimeout: 120_000 })

interface Case {
  readonly about: string
  readonly workflow: string
  readonly files?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
  readonly checkedOut?: boolean
  readonly conclusion?: string
  readonly log?: readonly string[]
  readonly logs?: Readonly<Record<string, readonly string[]>>
  readonly never?: readonly string[]
  readonly order?: readonly string[]
  readonly jobs?: Readonly<Record<string, string>>
  readonly steps?: readonly string[]
  readonly outputs?: Readonly<Record<string, string>>
  readonly summary?: string
  /** Some step says this. */
  readonly says?: string
}

const cases = parse(readFileSync(join(import.meta.dirname, 'workflows.yml'), 'utf8')) as readonly Case[]

/** All that a run said, with what its annotations tell. */
function everything(result: WorkflowResult): readonly string[] {
  return result.jobs.flatMap((job) => [
    ...job.log,
    ...[...job.annotations, ...job.steps.flatMap((step) => step.annotations)].map(({ message }) => message),
  ])
}

/** What a run did, of the kinds that the case speaks of. */
function observe(result: WorkflowResult, one: Case): Partial<Case> {
  const [first] = result.jobs
  const lines = everything(result)
  const has = (among: readonly string[]) => (line: string) => among.includes(line)
  const found: Partial<Record<keyof Case, unknown>> = {
    conclusion: result.conclusion,
    log: one.log?.filter(has(lines)),
    logs:
      one.logs &&
      Object.fromEntries(Object.entries(one.logs).map(([id, all]) => [id, all.filter(has(jobOf(result, id).log))])),
    never: one.never && lines.filter(has(one.never)),
    order: one.order && lines.filter(has(one.order)),
    jobs: one.jobs && Object.fromEntries(result.jobs.map((job) => [job.id, job.result])),
    steps: one.steps && first?.steps.map(({ outcome, conclusion }) => `${outcome} ${conclusion}`),
    outputs: one.outputs && first?.outputs,
    summary: one.summary === undefined ? undefined : first?.steps.map(({ summary }) => summary).join(''),
    says: one.says !== undefined && lines.some((line) => line.includes(one.says ?? '')) ? one.says : undefined,
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

test.concurrent.each(cases)('$about', async (one) => {
  const { about: _about, files = {}, workflow, secrets = {}, checkedOut = false, ...wanted } = one
  const result = await runFiles({
    files: { ...files, '.github/workflows/test.yml': `on: push\n${workflow}` },
    checkedOut,
    host: { secrets },
  })
  const never = one.never && { never: [] }
  expect(observe(result, one), everything(result).join('\n')).toEqual({ conclusion: 'success', ...wanted, ...never })
})
