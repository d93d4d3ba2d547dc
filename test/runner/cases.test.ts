import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { Host } from './host.ts'
import { jobOf, runFiles } from './run-files.ts'
import { runWorkflow } from './run-workflow.ts'
import { repositoryOf } from './throwaway.ts'

// Each test makes a repository and starts processes: slow on a busy machine, not wrong.
vi.setConfig({ testTimeout: 120_000 })

const steps = (text: string): string =>
  `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n${text
    .trim()
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n')}\n`

test('command files may have a byte order mark and Windows line ends in GITHUB_PATH; values keep theirs', async () => {
  const result = await runFiles({
    files: steps(`
- run: |
    printf '\\357\\273\\277A=one\\nB<<E\\nx\\n\\ny\\nE' > "$GITHUB_ENV"
    printf '/opt/one\\r\\n/opt/two\\r\\n' > "$GITHUB_PATH"
- run: |
    echo "$A" "$B" | tr '\\n' '|'
    echo; echo "$PATH" | cut -d: -f1-2
`),
  })
  expect(jobOf(result, 'a').log).toEqual(expect.arrayContaining(['one x||y|', '/opt/two:/opt/one']))
})

test('a problem matcher makes annotations of plain lines, until it is removed', async () => {
  const result = await runFiles({
    checkedOut: true,
    files: {
      'm.json': `{"problemMatcher":[{"owner":"cc","pattern":[{"regexp":"^(.+):(\\\\d+): (.+)$","file":1,"line":2,"message":3}]}]}`,
      '.github/workflows/test.yml': steps(`
- run: echo "::add-matcher::m.json"
- run: |
    echo "m.json:1: broken"
    echo "::remove-matcher owner=cc::"
    echo "m.json:2: not seen"
- run: echo "::add-matcher::none.json"
`),
    },
  })
  const [, second, third] = jobOf(result, 'a').steps
  expect(second?.annotations).toEqual([{ level: 'error', message: 'broken', file: 'm.json', line: 1 }])
  expect(second?.log).toContain('##[error]m.json:1: broken')
  expect(third?.conclusion).toBe('failure')
})

test('shells: bash alone stops at the first error but not in a pipe; named bash does; python; one of our own', async () => {
  const result = await runFiles({
    files: steps(`
- { id: default, run: "false | true; echo default" }
- { id: bash, shell: bash, continue-on-error: true, run: "false | true; echo not reached" }
- { id: sh, shell: sh, run: 'echo "sh $0"' }
- { id: python, shell: python, run: "print('py')" }
- { id: own, shell: 'bash -u {0}', run: 'echo "\${0##*.}"; echo "\${NONE-unset}"' }
- { id: perl, shell: 'cat {0}', run: 'as it is' }
- { id: bad, shell: zsh, run: 'x', if: always() }
`),
  })
  const log = jobOf(result, 'a').log
  expect(log).toEqual(expect.arrayContaining(['default', 'py', 'unset', 'as it is']))
  expect(log).not.toContain('not reached')
  expect(jobOf(result, 'a').steps.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    'default success',
    'bash failure',
    'sh success',
    'python success',
    'own success',
    'perl success',
    'bad failure',
  ])
  expect(log.join('\n')).toContain('Shell must be a valid built-in')
})

test('post steps see what later steps set, and run last first after a failure', async () => {
  const action = (name: string): Record<string, string> => ({
    [`${name}/action.yml`]: `inputs: { text: {} }\nruns: { using: node24, main: main.js, post: post.js }`,
    [`${name}/main.js`]: `console.log('main ${name} ' + process.env.INPUT_TEXT)`,
    [`${name}/post.js`]: `console.log('post ${name} ' + process.env.INPUT_TEXT + process.env.LATER)`,
  })
  const result = await runFiles({
    files: {
      ...action('one'),
      ...action('two'),
      '.github/workflows/test.yml': steps(`
- { uses: $/one, with: { text: "\${{ env.LATER }}" } }
- { uses: $/two, with: { text: fixed }, env: { LATER: own } }
- run: echo "LATER=set" >> "$GITHUB_ENV"
- run: exit 1
`),
    },
  })
  const lines = jobOf(result, 'a').log.filter((line) => /^(main|post) /.test(line))
  expect(lines).toEqual(['main one ', 'main two fixed', 'post two fixedown', 'post one setset'])
  expect(result.conclusion).toBe('failure')
})

/** What hashFiles gives for files of these contents, in this order. */
function hashOf(...contents: readonly string[]): string {
  const whole = createHash('sha256')
  for (const content of contents) whole.update(createHash('sha256').update(content).digest())
  return whole.digest('hex')
}

test('hashFiles goes pattern by pattern and folder by folder', async () => {
  const result = await runFiles({
    checkedOut: true,
    files: {
      'a/c': '1',
      'a-b': '2',
      '.github/workflows/test.yml': steps(`
- run: echo "\${{ hashFiles('a*') }} \${{ hashFiles('a-b', 'a/*') }} [\${{ hashFiles('none') }}]"
`),
    },
  })
  expect(jobOf(result, 'a').log).toContain(`${hashOf('1', '2')} ${hashOf('2', '1')} []`)
})

const flaky = `on: push
jobs:
  good:
    runs-on: x
    outputs: { o: "\${{ steps.s.outputs.o }}" }
    steps: [{ id: s, run: 'echo "o=attempt \${{ github.run_attempt }}" >> "$GITHUB_OUTPUT"' }]
  cells:
    needs: good
    strategy: { fail-fast: false, matrix: { n: [1, 2] } }
    uses: ./.github/workflows/cell.yml
    with: { n: "\${{ matrix.n }}" }
  last:
    needs: [good, cells]
    if: always()
    runs-on: x
    steps: [{ run: 'echo "\${{ needs.good.outputs.o }}, cells \${{ needs.cells.result }}"' }]
`
const cell = `on: { workflow_call: { inputs: { n: { type: string } } } }
jobs:
  job:
    runs-on: x
    steps: [{ run: 'test "\${{ inputs.n }}-\${{ github.run_attempt }}" != 2-1; echo "attempt \${{ github.run_attempt }}"' }]
`

test('failed jobs run again with what needs them; the others keep their results', async () => {
  const path = '.github/workflows/test.yml'
  await using repository = await repositoryOf({ [path]: flaky, '.github/workflows/cell.yml': cell })
  const workDirectory = await mkdtemp(join(tmpdir(), 'lkft-runner-'))
  try {
    const host = new Host({ repositories: { 'octo/kernel': repository.folder }, workDirectory })
    const event = { name: 'push', payload: {}, ref: 'refs/heads/main', sha: repository.sha }
    const first = await runWorkflow(host, { repository: 'octo/kernel', path, event })
    const second = await runWorkflow(host, { repository: 'octo/kernel', path, event, rerunFailedOf: first })
    expect([first.conclusion, second.conclusion, second.runId]).toEqual(['failure', 'success', first.runId])
    const log = (name: string): readonly string[] => second.jobs.find((job) => job.name === name)?.log ?? []
    expect(log('cells (1) / job')).toContain('attempt 1')
    expect(log('cells (2) / job')).toContain('attempt 2')
    expect(log('last')).toContain('attempt 1, cells success')
  } finally {
    await rm(workDirectory, { recursive: true })
  }
})

test('an environment waits for its reviewers and has secrets of its own', async () => {
  const asked: string[] = []
  const review = (answer: 'approved' | 'rejected') => () => {
    asked.push(answer)
    return Promise.resolve(answer)
  }
  const result = await runFiles({
    host: {
      environments: {
        lab: { review: review('approved'), secrets: { KEY: 'of-the-lab' }, variables: { V: 'v' } },
        prod: { review: review('rejected') },
      },
    },
    files: `on: push
jobs:
  lab:
    runs-on: x
    environment: Lab
    steps:
      - run: echo "\${{ secrets.KEY != '' }} \${{ vars.V }}"
  prod: { runs-on: x, environment: { name: prod }, steps: [{ run: echo never }] }
  new: { runs-on: x, environment: new, steps: [{ run: echo made }] }
`,
  })
  expect(jobOf(result, 'lab').log).toContain('true v')
  expect(jobOf(result, 'prod')).toMatchObject({ result: 'failure', steps: [] })
  expect(jobOf(result, 'new').log).toContain('made')
  expect(asked.toSorted()).toEqual(['approved', 'rejected'])
})

test('only the wanted jobs run, with what they need', async () => {
  const files = `on: push
jobs:
  a: { runs-on: x, steps: [{ run: "true" }] }
  b: { runs-on: x, needs: a, steps: [{ run: "true" }] }
  c: { runs-on: x, steps: [{ run: "true" }] }
`
  const result = await runFiles({ files, request: { jobs: ['b'] } })
  expect(result.jobs.map(({ id }) => id)).toEqual(['a', 'b'])
  await expect(runFiles({ files, request: { jobs: ['d'] } })).rejects.toThrow("no job 'd'; it has a, b, c")
})
