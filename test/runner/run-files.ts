import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Host, type HostOptions } from './host.ts'
import type { JobResult, WorkflowResult } from './result.ts'
import { runWorkflow, type WorkflowRequest } from './run-workflow.ts'
import { repositoryOf } from './throwaway.ts'

export interface FilesRun {
  /** Files of the repository; a bare text is `.github/workflows/test.yml`. */
  readonly files: Readonly<Record<string, string>> | string
  readonly host?: Partial<HostOptions>
  readonly request?: Partial<WorkflowRequest>
  readonly event?: Partial<WorkflowRequest['event']>
  /** Puts the repository's files into the workspace, as a checkout would. */
  readonly checkedOut?: boolean
}

/** Runs `.github/workflows/test.yml` of a repository made for it, for a push to main unless said otherwise. */
export async function runFiles({
  files,
  host = {},
  request = {},
  event = {},
  checkedOut = false,
}: FilesRun): Promise<WorkflowResult> {
  const path = '.github/workflows/test.yml'
  await using repository = await repositoryOf(typeof files === 'string' ? { [path]: files } : files)
  const workDirectory = await mkdtemp(join(tmpdir(), 'lkft-runner-'))
  try {
    const machine = new Host({
      repositories: { 'octo/kernel': repository.folder },
      workDirectory,
      grace: { interruptMs: 200, terminateMs: 200 },
      ...(checkedOut ? { prefill: repository.folder } : {}),
      ...host,
    })
    const push = { name: 'push', payload: {}, ref: 'refs/heads/main', sha: repository.sha, ...event }
    return await runWorkflow(machine, { repository: 'octo/kernel', path, event: push, ...request })
  } finally {
    await rm(workDirectory, { recursive: true, force: true })
  }
}

/** The job of an id. @throws Error when none has it */
export function jobOf(result: WorkflowResult, id: string): JobResult {
  const job = result.jobs.find((one) => one.id === id)
  if (job === undefined) throw new Error(`no job ${id} among ${result.jobs.map((one) => one.id).join(', ')}`)
  return job
}
