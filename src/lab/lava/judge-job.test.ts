import { expect, test } from 'vitest'
import { type JobFacts, judgeJob } from '#lab/lava/judge-job'

const facts: JobFacts = {
  health: 'Incomplete',
  errorType: undefined,
  errorMessage: undefined,
  kernelStarted: false,
  crashes: [],
  results: [],
}

const panic = {
  kind: 'panic',
  severity: 'fatal',
  title: 'Kernel panic - not syncing: x',
  location: null,
  signature: '0123456789abcdef',
  line: 1,
  cpu: null,
  task: null,
  trace: [],
  test: null,
} as const

test.each<[string, Partial<JobFacts>, string]>([
  ['complete without failures', { health: 'Complete' }, 'pass'],
  ['complete with a failed test', { health: 'Complete', results: [{ suite: 'a', test: 'b', status: 'fail' }] }, 'fail'],
  ['panic that LAVA calls a login timeout', { errorType: 'Job', crashes: [{ ...panic, trace: [] }] }, 'crash'],
  ['panic in a job that is Complete', { health: 'Complete', crashes: [{ ...panic, trace: [] }] }, 'crash'],
  [
    'test that takes too long',
    { errorType: 'Test', errorMessage: 'lava-test-shell timed out', kernelStarted: true },
    'timeout',
  ],
  [
    'boot that takes too long',
    { errorType: 'Job', errorMessage: 'login-action timed out', kernelStarted: true },
    'timeout',
  ],
  ['boot that never began', { errorType: 'Job', errorMessage: 'bootloader-commands timed out' }, 'infra'],
  ['file that is not there', { errorType: 'Job', errorMessage: "Resource unavailable at 'http://x' (404)" }, 'error'],
  ['power that fails', { errorType: 'Infrastructure', errorMessage: 'pdu', kernelStarted: true }, 'infra'],
  ['fault in LAVA', { errorType: 'Bug', errorMessage: 'KeyError' }, 'infra'],
  ['job that somebody cancelled', { health: 'Canceled' }, 'infra'],
])('%s', (_name, change, verdict) => {
  expect(judgeJob({ ...facts, ...change }).verdict).toBe(verdict)
})
