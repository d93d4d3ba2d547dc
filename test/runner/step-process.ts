import { delimiter } from 'node:path'
import { createCommandFiles } from './command-files.ts'
import { githubEnvironment } from './github-context.ts'
import type { JobState } from './job-state.ts'
import { startProcess } from './start-process.ts'
import { followCommandFiles, type StepLog } from './step-log.ts'
import type { Conclusion } from './result.ts'

export interface StepProcess {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  /** Variables of the step: `env`, inputs, state. */
  readonly environment: Readonly<Record<string, string>>
  readonly github: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal
}

/** Runs a step's process with its command files; an exit code other than 0 is a failure that the log tells. */
export async function runStepProcess(step: StepProcess, job: JobState, log: StepLog): Promise<Conclusion> {
  const files = await createCommandFiles(`${job.places.temp}/_runner_file_commands`, String(++job.files))
  const base: Record<string, string> = { ...job.host.baseEnvironment(), CI: 'true', ...step.environment }
  const path = [...job.path, base['PATH'] ?? ''].join(delimiter)
  const env = { ...base, ...githubEnvironment(step.github), ...runnerEnvironment(job), ...files, PATH: path }
  let code: number
  try {
    const { file, args, cwd, signal } = step
    code = await startProcess({ file, args, cwd, env, signal, onLine: log.output, grace: job.host.grace })
  } catch (error) {
    log.issue(
      'error',
      `An error occurred trying to start process '${step.file}' with working directory '${step.cwd}': ${(error as Error).message}`,
    )
    code = 127
  }
  await followCommandFiles(files, job, log)
  if (step.signal.aborted) {
    log.issue('error', 'The operation was canceled.')
    return 'cancelled'
  }
  if (code !== 0) log.issue('error', `Process completed with exit code ${code}.`)
  return code === 0 && !log.commandFailed ? 'success' : 'failure'
}

function runnerEnvironment(job: JobState): Record<string, string> {
  return Object.fromEntries(Object.entries(job.runner).map(([name, value]) => [`RUNNER_${name.toUpperCase()}`, value]))
}
