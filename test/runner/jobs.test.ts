import { describe, expect, test, vi } from 'vitest'
import { jobOf, runFiles } from './run-files.ts'

// Each test makes a repository and starts processes: slow on a busy machine, not wrong.
vi.setConfig({ testTimeout: 60_000 })

const workflow = (jobs: string): string =>
  `on: [push, workflow_dispatch]\njobs:\n${jobs
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')}\n`

test('a matrix made by a job runs its cells, with include and exclude', async () => {
  const result = await runFiles({
    files: workflow(`
plan:
  runs-on: x
  outputs: { matrix: "\${{ steps.m.outputs.matrix }}" }
  steps:
    - id: m
      run: |
        echo 'matrix={"arch":["x86","arm"],"cc":["gcc","clang"],"exclude":[{"arch":"arm","cc":"clang"}],"include":[{"arch":"x86","fast":true},{"arch":"riscv","cc":"gcc"}]}' >> "$GITHUB_OUTPUT"
build:
  needs: plan
  runs-on: x
  strategy:
    matrix: "\${{ fromJSON(needs.plan.outputs.matrix) }}"
  outputs: { last: "\${{ matrix.cc }}" }
  steps:
    - run: echo "\${{ matrix.arch }}-\${{ matrix.cc }}-\${{ matrix.fast }} \${{ strategy.job-total }}"
`),
  })
  const cells = result.jobs.filter(({ id }) => id === 'build')
  expect(cells.map(({ name }) => name).sort()).toEqual([
    'build (arm, gcc)',
    'build (riscv, gcc)',
    'build (x86, clang, true)',
    'build (x86, gcc, true)',
  ])
  expect(cells.every(({ log }) => log.some((line) => line.endsWith(' 4')))).toBe(true)
})

test('the first cell that fails cancels the others, unless told not to', async () => {
  const cells = (failFast: boolean): string =>
    workflow(`
build:
  runs-on: x
  strategy:
    fail-fast: ${failFast}
    matrix: { n: [1, 2] }
  steps:
    - run: test \${{ matrix.n }} = 2 || exit 1; sleep 1
`)
  const results = async (failFast: boolean): Promise<string[]> =>
    (await runFiles({ files: cells(failFast) })).jobs.map(({ name, result }) => `${name} ${result}`).sort()
  expect(await results(true)).toEqual(['build (1) failure', 'build (2) cancelled'])
  expect(await results(false)).toEqual(['build (1) failure', 'build (2) success'])
})

test('max-parallel limits how many cells run at a time', async () => {
  let now = 0
  let most = 0
  await runFiles({
    host: {
      onLine: (_, line) => {
        if (line === 'begin') most = Math.max(most, ++now)
        if (line === 'end') now--
      },
    },
    files: workflow(`
build:
  runs-on: x
  strategy:
    max-parallel: 2
    matrix: { n: [1, 2, 3, 4] }
  steps:
    - run: echo begin; sleep 0.1; echo end
`),
  })
  expect(most).toBe(2)
})

test('a job with a skipped ancestor is skipped, unless its if says otherwise', async () => {
  const result = await runFiles({
    files: workflow(`
a: { runs-on: x, if: false, steps: [{ run: "true" }] }
b: { runs-on: x, needs: a, if: always(), steps: [{ run: "true" }] }
c: { runs-on: x, needs: b, steps: [{ run: "true" }] }
d: { runs-on: x, needs: [b], if: "!failure()", steps: [{ run: 'echo "\${{ needs.b.result }} \${{ toJSON(needs.a) }}"' }] }
`),
  })
  expect(result.jobs.map(({ id, result: how }) => `${id} ${how}`).sort()).toEqual([
    'a skipped',
    'b success',
    'c skipped',
    'd success',
  ])
  expect(jobOf(result, 'd').log).toContain('success null')
})

test('a job may fail without failing the run', async () => {
  const result = await runFiles({
    files: workflow(`
a: { runs-on: x, continue-on-error: true, steps: [{ run: exit 1 }] }
b: { runs-on: x, needs: a, steps: [{ run: 'echo "\${{ needs.a.result }}"' }] }
`),
  })
  expect([jobOf(result, 'a').outcome, jobOf(result, 'a').result, jobOf(result, 'b').result, result.conclusion]).toEqual(
    ['failure', 'success', 'success', 'success'],
  )
})

test('a job that runs too long is cancelled and its post steps still run', async () => {
  const result = await runFiles({
    files: workflow(`a: { runs-on: x, timeout-minutes: 0.005, steps: [{ run: sleep 20 }] }`),
  })
  expect(jobOf(result, 'a')).toMatchObject({
    result: 'cancelled',
    annotations: [{ message: expect.stringContaining('exceeded the maximum') }],
  })
})

test('inputs of a dispatch have types, defaults and are checked', async () => {
  const files = `
on:
  workflow_dispatch:
    inputs:
      jobs: { type: number, default: 4 }
      fast: { type: boolean }
      arch: { type: choice, options: [x86, arm], required: true }
jobs:
  a:
    runs-on: x
    steps:
      - run: echo "\${{ inputs.jobs + 0 == 4 && 'number' }} \${{ inputs.fast == false && 'boolean' }} \${{ github.event.inputs.arch }}"
`.replace("inputs.jobs + 0 == 4 && 'number'", "inputs.jobs == 4 && 'number'")
  const dispatch = (inputs: object) => runFiles({ files, event: { name: 'workflow_dispatch', payload: { inputs } } })
  expect(jobOf(await dispatch({ arch: 'x86' }), 'a').log).toContain('number boolean x86')
  await expect(dispatch({ arch: 'sparc' })).rejects.toThrow("Provided value 'sparc' for input 'arch'")
  await expect(dispatch({})).rejects.toThrow('Input arch is required')
})

describe('concurrency', () => {
  test('jobs of a group run one at a time, and with queue: max all of them', async () => {
    const lines: string[] = []
    const result = await runFiles({
      host: { onLine: (_, line) => /^(begin|end)$/.test(line) && lines.push(line) },
      files: workflow(`
board:
  runs-on: x
  strategy: { matrix: { n: [1, 2, 3] } }
  concurrency: { group: board-1, queue: max }
  steps:
    - run: echo begin; sleep 0.1; echo end
`),
    })
    expect(result.conclusion).toBe('success')
    expect(lines).toEqual(['begin', 'end', 'begin', 'end', 'begin', 'end'])
  })

  test('without it only the newest waits', async () => {
    const result = await runFiles({
      files: workflow(`
board:
  runs-on: x
  strategy: { matrix: { n: [1, 2, 3] }, fail-fast: false }
  concurrency: board-1
  steps:
    - run: sleep 0.2
`),
    })
    expect(result.jobs.map(({ result: how }) => how).sort()).toEqual(['cancelled', 'success', 'success'])
  })
})

test('a job whose labels no runner has is cancelled', async () => {
  const result = await runFiles({
    host: { runners: [{ labels: ['self-hosted', 'board:bbb'], count: 1 }] },
    files: workflow(`
a: { runs-on: [self-hosted, "board:bbb"], steps: [{ run: "true" }] }
b: { runs-on: [self-hosted, "board:x15"], steps: [{ run: "true" }] }
`),
  })
  expect([jobOf(result, 'a').result, jobOf(result, 'b').result]).toEqual(['success', 'cancelled'])
})

test('a pull request from a fork gets no secrets and a token that only reads', async () => {
  const files = `
on: pull_request
permissions: { contents: write, id-token: write }
jobs: { a: { runs-on: x, steps: [{ run: "echo '[\${{ secrets.KEY }}]'" }] } }
`
  const from = (name: string) =>
    runFiles({
      files,
      host: { secrets: { KEY: 'abcdef' } },
      event: {
        name: 'pull_request',
        payload: { action: 'opened', pull_request: { head: { repo: { full_name: name } }, base: { ref: 'main' } } },
        ref: 'refs/pull/1/merge',
      },
    })
  const fork = jobOf(await from('other/kernel'), 'a')
  expect([fork.permissions, fork.log.at(-1)]).toEqual([{ contents: 'read' }, '[]'])
  const own = jobOf(await from('octo/kernel'), 'a')
  expect([own.permissions, own.log.at(-1)]).toEqual([{ contents: 'write', 'id-token': 'write' }, '[***]'])
})

test('a board that takes one job at a time runs one at a time', async () => {
  let now = 0
  let most = 0
  const result = await runFiles({
    host: {
      runners: [{ labels: ['board:bbb'], count: 1 }],
      onLine: (_, line) => {
        if (line === 'begin') most = Math.max(most, ++now)
        if (line === 'end') now--
      },
    },
    files: workflow(`
a: { runs-on: "board:bbb", strategy: { matrix: { n: [1, 2, 3] } }, steps: [{ run: "echo begin; sleep 0.05; echo end" }] }
`),
  })
  expect([most, result.conclusion]).toEqual([1, 'success'])
})
