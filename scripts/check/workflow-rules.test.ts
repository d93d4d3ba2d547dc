import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Job, Repository, Workflow } from './workflow-model.ts'
import { checkWorkflow } from './workflow-rules.ts'
import { checkWorkflows } from './workflows.ts'

const repository: Repository = {
  actions: new Map([['plan', { inputs: { plan: {}, board: { required: true } }, outputs: { shards: {} } }]]),
  workflows: new Map([
    [
      'called.yml',
      {
        on: { workflow_call: { inputs: { scope: { required: true } }, outputs: { verdict: {} } } },
        permissions: {},
        jobs: { a: { permissions: { actions: 'read', contents: 'write' }, 'timeout-minutes': 1 } },
      },
    ],
  ]),
}

function problemsOf(job: Partial<Job>, rest: Partial<Workflow> = {}): readonly string[] {
  const full = { 'timeout-minutes': 5, ...job }
  return checkWorkflow({ on: { push: null }, permissions: {}, jobs: { one: full }, ...rest }, repository)
}

describe('a workflow is refused that', () => {
  test('gives an input that the action does not have, or not one that it needs', () => {
    expect(problemsOf({ steps: [{ uses: '$/actions/plan', with: { plna: 1, board: 'x' } }] })).toEqual([
      'job one: $/actions/plan has no input plna',
    ])
    expect(problemsOf({ steps: [{ uses: 'lkft/plan@v1', with: { plan: 1 } }] })).toEqual([
      'job one: lkft/plan@v1 needs the input board',
    ])
  })

  test('uses an action that does not exist', () => {
    expect(problemsOf({ steps: [{ uses: '$/actions/paln' }] })).toEqual([
      'job one: $/actions/paln does not exist as action',
    ])
  })

  test('reads an output that the step or the needed job does not have', () => {
    const steps = [{ id: 'plan', uses: '$/actions/plan', with: { board: '${{ steps.plan.outputs.shrads }}' } }]
    expect(problemsOf({ steps })).toEqual(['job one: $/actions/plan has no output shrads'])
    expect(problemsOf({ steps: [{ run: 'x', with: { a: '${{ needs.two.outputs.x }}' } }] })).toEqual([
      'job one: reads needs.two without needing it',
      'job one: job two has no output x',
    ])
  })

  test('reads an input that it does not declare', () => {
    expect(problemsOf({ 'runs-on': '${{ inputs.runs-no }}' })).toEqual(['job one: there is no input runs-no'])
  })

  test('splices an expression into a script', () => {
    expect(problemsOf({ steps: [{ run: 'echo ${{ github.head_ref }}' }] })[0]).toMatch(/pass it by env/)
  })

  test('uses a foreign action by tag', () => {
    expect(problemsOf({ steps: [{ uses: 'actions/setup-node@v6' }] })).toEqual([
      'job one: actions/setup-node@v6 is not pinned by commit',
    ])
    expect(problemsOf({ steps: [{ uses: `actions/setup-node@${'a'.repeat(40)}` }] })).toEqual([])
  })

  test('has no permissions, no time limit, or a dangerous event', () => {
    expect(checkWorkflow({ on: { pull_request_target: null }, jobs: { one: {} } }, repository)).toEqual([
      'declares no permissions',
      "the event pull_request_target runs others' contents with this repository's rights",
      'job one: has no timeout-minutes',
    ])
  })

  test('calls a workflow that needs more than the job gives', () => {
    const job = { uses: '$/.github/workflows/called.yml', with: { scope: 'x' }, permissions: { contents: 'read' } }
    expect(problemsOf(job)).toEqual([
      'job one: $/.github/workflows/called.yml needs actions: read, which the job does not give',
      'job one: $/.github/workflows/called.yml needs contents: write, which the job does not give',
    ])
  })
})

test(
  "the repository's own workflows, examples and actions pass GitHub's parser and our rules",
  { timeout: 60_000 },
  async () => {
    expect(await checkWorkflows(join(import.meta.dirname, '../..'))).toEqual([])
  },
)
