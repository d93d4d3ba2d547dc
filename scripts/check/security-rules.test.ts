import { describe, expect, test } from 'vitest'
import { securityProblems } from './security-rules.ts'
import type { Job, Workflow } from './workflow-model.ts'

function problemsOf(job: Partial<Job>, rest: Partial<Workflow> = {}): readonly string[] {
  return securityProblems({ on: { push: null }, permissions: {}, jobs: { one: job }, ...rest })
}

const ownHead = 'github.event.pull_request.head.repo.full_name == github.repository'
const commit = 'a'.repeat(40)

interface Rule {
  readonly bad: Partial<Job>
  readonly where: Partial<Workflow>
  readonly message: RegExp
  readonly good: Partial<Job>
  readonly goodWhere?: Partial<Workflow>
}

type Row = readonly [
  name: string,
  bad: Partial<Job>,
  where: Partial<Workflow>,
  message: RegExp,
  good: Partial<Job>,
  goodWhere?: Partial<Workflow>,
]

/** A bad example of each rule, what is said of it, and the same thing done right. */
const rows: readonly Row[] = [
  ['write-all', { permissions: 'write-all' }, {}, /too broad/, { permissions: { contents: 'write' } }],
  ['read-all for every job', {}, { permissions: 'read-all' }, /too broad/, {}],
  ['a write permission for every job', {}, { permissions: { contents: 'write' } }, /every job/, {}],
  [
    'a secret in the env of a job',
    { env: { KEY: '${{ secrets.KEY }}' } },
    {},
    /every step then has/,
    { steps: [{ env: { KEY: '${{ secrets.KEY }}' }, run: 'x' }] },
  ],
  [
    'the token in the env of the workflow',
    {},
    { env: { T: '${{ github.token }}' } },
    /every step then has/,
    { steps: [{ env: { T: '${{ github.token }}' }, run: 'x' }] },
  ],
  ['secrets: inherit', { uses: './a.yml', secrets: 'inherit' }, {}, /every secret/, { uses: './a.yml' }],
  [
    'all secrets at once',
    { steps: [{ env: { ALL: '${{ toJSON(secrets) }}' }, run: 'x' }] },
    {},
    /all secrets/,
    { steps: [{ run: 'x' }] },
  ],
  [
    'a secret where strangers start the workflow',
    { steps: [{ env: { K: '${{ secrets.K }}' }, run: 'x' }] },
    { on: { issue_comment: null } },
    /others can start/,
    { environment: 'reviewed', steps: [{ env: { K: '${{ secrets.K }}' }, run: 'x' }] },
    { on: { issue_comment: null } },
  ],
  [
    'a board for every pull request',
    { 'runs-on': ['self-hosted', 'board:x15'] },
    { on: ['pull_request'] },
    /self-hosted/,
    { 'runs-on': ['self-hosted'], if: ownHead },
    { on: ['pull_request'] },
  ],
  [
    'a script for github-script with an expression',
    { steps: [{ uses: `actions/github-script@${commit}`, with: { script: 'x("${{ github.head_ref }}")' } }] },
    {},
    /pass it by env/,
    { steps: [{ uses: `actions/github-script@${commit}`, with: { script: 'x(process.env.REF)' } }] },
  ],
  [
    'a checkout that leaves its token',
    { steps: [{ uses: `actions/checkout@${commit}` }] },
    {},
    /persist-credentials/,
    { steps: [{ uses: `actions/checkout@${commit}`, with: { 'persist-credentials': false } }] },
  ],
  [
    "pull_request_target with the head's code",
    {
      steps: [
        {
          uses: `actions/checkout@${commit}`,
          with: { 'persist-credentials': false, ref: '${{ github.event.pull_request.head.sha }}' },
        },
      ],
    },
    { on: 'pull_request_target' },
    /stranger's commit/,
    { steps: [{ uses: `actions/checkout@${commit}`, with: { 'persist-credentials': false } }] },
    { on: 'pull_request_target' },
  ],
  [
    'workflow_run that fetches the head by git',
    { steps: [{ env: { SHA: '${{ github.event.workflow_run.head_sha }}' }, run: 'git fetch origin "$SHA"' }] },
    { on: { workflow_run: {} } },
    /stranger's commit/,
    { steps: [{ run: 'git fetch origin main' }] },
    { on: { workflow_run: {} } },
  ],
  [
    'workflow_run that unpacks an artifact',
    { steps: [{ run: 'gh run download "$ID"' }] },
    { on: { workflow_run: {} } },
    /stranger's artifact/,
    { uses: 'lkft/lkft/.github/workflows/report-fork.yml@v1' },
    { on: { workflow_run: {} } },
  ],
  [
    'an expression as shell',
    { steps: [{ run: 'x', shell: '${{ inputs.shell }}' }] },
    {},
    /shell or working-directory/,
    { steps: [{ run: 'x', shell: 'bash' }] },
  ],
  [
    "GITHUB_ENV where others' code runs",
    { steps: [{ run: 'make env >> "$GITHUB_ENV"' }] },
    { on: ['pull_request'] },
    /use an output/,
    { steps: [{ run: 'make out >> "$GITHUB_OUTPUT"' }] },
    { on: ['pull_request'] },
  ],
  [
    'a download piped into a shell',
    { steps: [{ run: 'curl -sSf https://x.example | sh' }] },
    {},
    /into a shell/,
    { steps: [{ run: 'curl -sSf https://x.example | sha256sum -c sums' }] },
  ],
]

const rules = rows.map(([name, bad, where, message, good, goodWhere = {}]): [string, Rule] => [
  name,
  { bad, where, message, good, goodWhere },
])

describe.each(rules)('%s', (_name, { bad, where, message, good, goodWhere }) => {
  test('is refused', () => {
    expect(problemsOf(bad, where)).toEqual([expect.stringMatching(message)])
  })

  test('done right is not', () => {
    expect(problemsOf(good, goodWhere)).toEqual([])
  })
})
