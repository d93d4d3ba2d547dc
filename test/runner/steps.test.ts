import { expect, test, vi } from 'vitest'
import { jobOf, runFiles } from './run-files.ts'

// Each test makes a repository and starts processes: slow on a busy machine, not wrong.
vi.setConfig({ testTimeout: 60_000 })

const oneJob = (steps: string): string => `
on: push
jobs:
  job:
    runs-on: ubuntu-24.04
    outputs:
      out: \${{ steps.last.outputs.out }}
    steps:
${steps
  .trim()
  .split('\n')
  .map((line) => `      ${line}`)
  .join('\n')}
`

test('outputs, environment and path go from step to step by command files', async () => {
  const result = await runFiles({
    files: oneJob(`
- run: |
    echo "A=one" >> "$GITHUB_ENV"
    printf 'B<<END\\nline 1\\nx=y\\nEND\\n' >> "$GITHUB_ENV"
    mkdir bin; printf '#!/bin/sh\\necho from bin\\n' > bin/tool; chmod +x bin/tool
    echo "$PWD/bin" >> "$GITHUB_PATH"
- id: last
  env: { C: "\${{ env.A }}-\${{ env.B }}" }
  run: |
    tool
    echo "out=$A/$B/$C" | tr '\\n' ' ' >> "$GITHUB_OUTPUT"
`),
  })
  expect(result.conclusion).toBe('success')
  expect(jobOf(result, 'job').outputs['out']).toBe('one/line 1 x=y/one-line 1 x=y ')
  expect(jobOf(result, 'job').steps[1]?.log).toContain('from bin')
})

test('without a shell a pipe hides a failure, with shell: bash it does not', async () => {
  const result = await runFiles({
    files: oneJob(`
- run: false | true
- id: piped
  shell: bash
  run: false | true
  continue-on-error: true
- id: last
  run: echo "out=\${{ steps.piped.outcome }} \${{ steps.piped.conclusion }}" >> "$GITHUB_OUTPUT"
`),
  })
  expect(jobOf(result, 'job').outputs['out']).toBe('failure success')
  expect(result.conclusion).toBe('success')
})

test('after a failure only steps that ask for it run', async () => {
  const result = await runFiles({
    files: oneJob(`
- run: exit 3
- run: echo not here
- if: failure()
  run: echo on failure
- if: always() && github.ref == 'refs/heads/main'
  run: echo always
- if: cancelled()
  run: echo never
`),
  })
  const job = jobOf(result, 'job')
  expect(job.steps.map(({ conclusion }) => conclusion)).toEqual(['failure', 'skipped', 'success', 'success', 'skipped'])
  expect(job.steps[0]?.annotations).toEqual([{ level: 'error', message: 'Process completed with exit code 3.' }])
  expect(result.conclusion).toBe('failure')
})

test('NODE_OPTIONS is refused and a broken command file fails the step', async () => {
  const result = await runFiles({
    files: oneJob(`
- run: echo "NODE_OPTIONS=--require=x" >> "$GITHUB_ENV"
- run: test -z "$NODE_OPTIONS"
- run: echo "no equals sign" >> "$GITHUB_OUTPUT"
`),
  })
  const job = jobOf(result, 'job')
  expect(job.steps.map(({ conclusion }) => conclusion)).toEqual(['success', 'success', 'failure'])
  expect(job.steps[0]?.annotations[0]?.message).toContain('NODE_OPTIONS')
  expect(job.steps[2]?.annotations.map(({ message }) => message)).toEqual([
    "Unable to process file command 'output' successfully.",
    "Invalid format 'no equals sign'",
  ])
})

test('secrets are masked in every form, also those that a step adds', async () => {
  const result = await runFiles({
    host: { secrets: { TOKEN: 'hunter2&more' } },
    files: oneJob(`
- env: { TOKEN: "\${{ secrets.TOKEN }}" }
  run: |
    echo "plain $TOKEN"
    printf %s "$TOKEN" | base64
    echo "::add-mask::later-secret"
    echo "a later-secret here"
- id: last
  run: echo "out=later-secret" >> "$GITHUB_OUTPUT"
`),
  })
  const job = jobOf(result, 'job')
  const log = job.log.join('\n')
  expect(log).toContain('plain ***')
  expect(log).not.toMatch(/hunter2|aHVudGVyMiZtb3Jl/)
  expect(log).toContain('a *** here')
  expect(job.outputs).toEqual({})
  expect(job.annotations[0]?.message).toBe("Skip output 'out' since it may contain secret.")
})

test('stop-commands keeps untrusted output from being read as commands', async () => {
  const result = await runFiles({
    files: oneJob(`
- run: |
    echo "::stop-commands::token-1"
    echo "::error::not an error"
    echo "::token-1::"
    echo "::warning file=a.c,line=7,title=T::real%0Atwo"
- run: echo "::stop-commands::add-mask"
`),
  })
  const [first, second] = jobOf(result, 'job').steps
  expect(first?.annotations).toEqual([{ level: 'warning', message: 'real\ntwo', file: 'a.c', line: 7, title: 'T' }])
  expect(second?.conclusion).toBe('failure')
})

test('a step that runs too long is ended and fails, the job goes on where asked', async () => {
  const result = await runFiles({
    files: oneJob(`
- id: slow
  timeout-minutes: 0.005
  run: sleep 30
- if: always()
  id: last
  run: echo "out=\${{ steps.slow.outcome }} \${{ job.status }}" >> "$GITHUB_OUTPUT"
`),
  })
  expect(jobOf(result, 'job').outputs['out']).toBe('failure failure')
  expect(jobOf(result, 'job').seconds).toBeLessThan(10)
})

test('cancelling ends what runs, and steps with always() still run', async () => {
  const controller = new AbortController()
  const result = await runFiles({
    request: { signal: controller.signal },
    host: { onLine: (_, line) => line === 'started' && controller.abort() },
    files: oneJob(`
- run: echo started; sleep 30
- run: echo not here
- id: last
  if: always()
  run: echo "out=\${{ job.status }}" >> "$GITHUB_OUTPUT"
`),
  })
  const job = jobOf(result, 'job')
  expect(job.steps.map(({ conclusion }) => conclusion)).toEqual(['cancelled', 'skipped', 'success'])
  expect(job.outputs['out']).toBe('cancelled')
  expect([job.result, result.conclusion]).toEqual(['cancelled', 'cancelled'])
})
