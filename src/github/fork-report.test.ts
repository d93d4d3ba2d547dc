import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RunEvent } from '#github/event'
import { readForkRun } from '#github/fork-report'

const run = {
  id: 5,
  run_attempt: 1,
  event: 'pull_request',
  head_sha: 'a',
  head_repository: { full_name: 'evil/linux' },
}

async function read(name: string, payload: object): Promise<unknown> {
  const file = join(await mkdtemp(join(tmpdir(), 'lkft-event-')), 'event.json')
  await writeFile(file, JSON.stringify(payload))
  return readForkRun({ name } as RunEvent, { GITHUB_EVENT_PATH: file })
}

test('the run of a fork comes from the event', async () => {
  expect(await read('workflow_run', { workflow_run: run })).toEqual({
    id: 5,
    attempt: 1,
    headSha: 'a',
    headRepository: 'evil/linux',
  })
})

test.each([
  ['another event', 'push', { workflow_run: run }],
  ['a run that was no pull request', 'workflow_run', { workflow_run: { ...run, event: 'push' } }],
  ['a fork that was deleted', 'workflow_run', { workflow_run: { ...run, head_repository: null } }],
])('%s is refused', async (_name, event, payload) => {
  await expect(read(event, payload)).rejects.toThrow('fork-run needs a workflow_run event')
})
