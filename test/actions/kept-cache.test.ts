import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningActionsServices, startActionsServices } from '#cache-server/actions/start'
import { makeTinyTree } from '../support/tiny-tree.ts'
import { type ActionRequest, type ActionRun, runAction } from './run-action.ts'
import { throwawayFolder } from './throwaway-folder.ts'

let services: RunningActionsServices
let temp: string
beforeAll(async () => {
  services = await startActionsServices({ directory: await throwawayFolder() })
  temp = await throwawayFolder()
})
afterAll(async () => services[Symbol.asyncDispose]())

/** One job on a fresh runner: only GitHub's cache has what an earlier one compiled. */
async function job(value: number, more: Partial<ActionRequest> = {}, inputs = {}): Promise<ActionRun> {
  await rm(join(temp, 'lkft'), { recursive: true, force: true })
  const source = await makeTinyTree(join(temp, 'lkft-tree'), {
    'extra.mk': `one:\n\techo 'int x = ${value};' > $(O)/x.c; $(CC) -c -o $(O)/x.o $(O)/x.c\n`,
  })
  const ref = 'refs/heads/main'
  const scopes = [{ ref, read: true, write: true }]
  return runAction({
    action: 'build-kernel',
    inputs: { source, 'target-arch': 'x86_64', kconfig: 'tinyconfig', targets: 'make:one', cache: 'true', ...inputs },
    post: true,
    ...more,
    environment: {
      RUNNER_TEMP: temp,
      ACTIONS_RESULTS_URL: services.url,
      ACTIONS_CACHE_URL: services.url,
      ACTIONS_RUNTIME_TOKEN: services.mint({ repository: 'octo/linux', runId: String(value), jobId: 'build', scopes }),
      ACTIONS_CACHE_SERVICE_V2: 'true',
      GITHUB_RUN_ID: String(value),
      ...more.environment,
    },
  })
}

const fork = {
  name: 'pull_request',
  payload: {
    pull_request: {
      number: 1,
      head: { sha: 'a'.repeat(40), ref: 'main', repo: { full_name: 'fork/linux' } },
      base: { sha: 'b'.repeat(40), ref: 'main', repo: { full_name: 'octo/linux' } },
    },
  },
}

test('a build finds what an earlier run compiled, and saves only what is new; a fork’s run only reads', async () => {
  const first = await job(1)
  expect(first.stderr + first.stdout).not.toContain('::error')
  expect(first.outputs).toMatchObject({ verdict: 'pass', 'cache-hits': '0', 'cache-restored': '' })
  const key = /Saved the compiler cache as (lkft-ccache-x86_64-gcc-[0-9a-f]{12}-1-1)\n/.exec(first.postLog)?.[1]
  expect(key, first.postLog).toBeDefined()

  const again = await job(1)
  expect(again.outputs).toMatchObject({ verdict: 'pass', 'cache-hits': '100', 'cache-restored': key })
  expect(again.postLog).toBe('')

  const untrusted = await job(2, { event: fork })
  expect(untrusted.outputs).toMatchObject({ verdict: 'pass', 'cache-hits': '0', 'cache-restored': key })
  expect(untrusted.postLog).toBe('')

  const other = await job(3, {}, { 'kconfig-add': 'CONFIG_OTHER=y' })
  expect(other.outputs).toMatchObject({ verdict: 'pass', 'cache-restored': key })
  expect(other.postLog).toMatch(/Saved the compiler cache as lkft-ccache-x86_64-gcc-[0-9a-f]{12}-3-1\n/)
  expect(other.postLog).not.toContain(key?.slice(0, -3) ?? 'no key')
})

test('a cache that does not answer is told, and the kernel is built all the same', async () => {
  const run = await job(4, { environment: { ACTIONS_RESULTS_URL: '', ACTIONS_CACHE_URL: '' } })
  expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass', 'cache-hits': '0', 'cache-restored': '' } })
  expect(run.stdout + run.stderr).toContain('cache was not read')
})
