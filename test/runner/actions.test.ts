import { expect, test, vi } from 'vitest'
import { jobOf, runFiles } from './run-files.ts'

// Each test makes a repository and starts processes: slow on a busy machine, not wrong.
vi.setConfig({ testTimeout: 60_000 })

const traced = (name: string): Record<string, string> => ({
  [`${name}/action.yml`]: `
name: ${name}
inputs: { who: { default: "\${{ github.repository }}" }, 'two words': { required: false } }
outputs: { said: { description: what it said } }
runs: { using: node24, pre: pre.js, main: main.js, post: post.js, post-if: "success() || failure()" }
`,
  [`${name}/pre.js`]: `require('fs').appendFileSync(process.env.GITHUB_STATE, 'from=pre\\n'); console.log('${name} pre')`,
  [`${name}/main.js`]: `const fs = require('fs')
fs.appendFileSync(process.env.GITHUB_OUTPUT, 'said=' + process.env.INPUT_WHO + '\\n')
fs.appendFileSync(process.env.GITHUB_STATE, 'more=main\\n')
console.log('${name} main', process.env.STATE_from, process.env['INPUT_TWO_WORDS'], process.env.ACTIONS_RUNTIME_TOKEN ? 'token' : 'no token')`,
  [`${name}/post.js`]: `console.log('${name} post', process.env.STATE_from, process.env.STATE_more, process.env.INPUT_WHO)`,
})

test('an action of the commit runs pre, main and post; post steps run last first', async () => {
  const result = await runFiles({
    host: { services: { actionEnvironment: () => ({ ACTIONS_RUNTIME_TOKEN: 'runtime-token' }) } },
    files: {
      ...traced('one'),
      ...traced('two'),
      '.github/workflows/test.yml': `
on: push
jobs:
  a:
    runs-on: x
    steps:
      - uses: $/one
        id: one
        with: { Who: me, unknown: 1 }
      - uses: octo/kernel/two@main
        with: { two words: 2 }
      - run: echo "\${{ steps.one.outputs.said }} [$ACTIONS_RUNTIME_TOKEN]"
`,
    },
  })
  const job = jobOf(result, 'a')
  expect(job.log.filter((line) => /^(one|two|me) /.test(line))).toEqual([
    'one pre',
    'two pre',
    'one main pre  token',
    'two main pre 2 token',
    'me []',
    'two post pre main octo/kernel',
    'one post pre main me',
  ])
  expect(job.steps.map(({ name }) => name)).toEqual([
    'Pre Run $/one',
    'Pre Run octo/kernel/two@main',
    'Run $/one',
    'Run octo/kernel/two@main',
    'Run echo "${{ steps.one.outputs.said }} [$ACTIONS_RUNTIME_TOKEN]"',
    'Post Run octo/kernel/two@main',
    'Post Run $/one',
  ])
  expect(job.steps[2]?.annotations[0]?.message).toBe(
    "Unexpected input(s) 'unknown', valid inputs are ['who', 'two words']",
  )
})

test('an action of the workspace has no pre, and $/ never reads the working tree', async () => {
  const result = await runFiles({
    checkedOut: true,
    files: {
      ...traced('local'),
      '.github/workflows/test.yml': `
on: push
jobs:
  a:
    runs-on: x
    steps:
      - run: sed -i "s/local main/changed main/" local/main.js
      - uses: ./local
      - uses: $/local
`,
    },
  })
  const lines = jobOf(result, 'a').log.filter((line) => /^(local|changed) (pre|main)/.test(line))
  expect(lines).toEqual(['local pre', 'changed main undefined  no token', 'local main pre  no token'])
})

test('a composite sees its inputs, hides its steps, keeps its environment and gives outputs also when it fails', async () => {
  const result = await runFiles({
    files: {
      'comp/action.yml': `
inputs: { n: { default: '3' } }
outputs: { sum: { value: "\${{ steps.s.outputs.sum }}" } }
runs:
  using: composite
  steps:
    - id: s
      shell: bash
      env: { INNER: kept }
      run: echo "sum=\${{ inputs.n }}\${{ env.OUTER }}$INNER" >> "$GITHUB_OUTPUT"; echo "LATER=yes" >> "$GITHUB_ENV"
    - shell: bash
      run: echo "inner=[$INNER] later=$LATER path=$(basename "$GITHUB_ACTION_PATH")"; exit 1
    - shell: bash
      run: echo not here
    - if: failure()
      shell: sh
      run: echo after failure
`,
      '.github/workflows/test.yml': `
on: push
jobs:
  a:
    runs-on: x
    steps:
      - uses: $/comp
        id: c
        env: { OUTER: o }
        continue-on-error: true
      - run: echo "got \${{ steps.c.outputs.sum }} \${{ steps.c.outcome }} [\${{ steps.s.outputs.sum }}] [$OUTER] $LATER"
`,
    },
  })
  const { log } = jobOf(result, 'a')
  expect(log).toContain('inner=[] later=yes path=comp')
  expect(log).toContain('after failure')
  expect(log).not.toContain('not here')
  expect(log).toContain('got 3okept failure [] [] yes')
  expect(result.conclusion).toBe('success')
})

test('an action that cannot be found fails the job before its first step', async () => {
  const result = await runFiles({
    files: `on: push\njobs: { a: { runs-on: x, steps: [{ run: echo first }, { uses: nobody/nothing@v1 }] } }`,
  })
  const job = jobOf(result, 'a')
  expect(job.result).toBe('failure')
  expect(job.log).toEqual([])
  expect(job.annotations[0]?.message).toContain('Unable to resolve action nobody/nothing')
})

test('background steps run beside the others and count when they are waited for', async () => {
  const result = await runFiles({
    files: `
on: push
jobs:
  a:
    runs-on: x
    steps:
      - id: slow
        background: true
        run: sleep 0.3; echo slow done; exit 1
      - run: echo beside
      - wait: slow
      - run: echo not here
  b:
    runs-on: x
    steps:
      - parallel:
          - run: sleep 0.2; echo one
          - run: sleep 0.2; echo two
      - run: echo after
`,
  })
  expect(jobOf(result, 'a').log.filter((line) => /^(slow done|beside|not here)$/.test(line))).toEqual([
    'beside',
    'slow done',
  ])
  expect(jobOf(result, 'a').result).toBe('failure')
  const lines = jobOf(result, 'b').log.filter((line) => /^(one|two|after)$/.test(line))
  expect([lines.slice(0, 2).sort(), lines[2]]).toEqual([['one', 'two'], 'after'])
})
