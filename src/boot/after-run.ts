import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import { runCommand } from '#process/run-command'
import type { Run } from '#schema/documents'

export interface AfterRun {
  /** `NAME=FILE`: a file of the run directory, and where it is copied to. */
  readonly copies: readonly string[]
  /** Shell commands, run in the run directory in order. */
  readonly hooks: readonly string[]
}

/**
 * Does what was asked for after a run, whatever its verdict. A hook finds LKFT_VERDICT
 * in its environment; the first that fails ends the work.
 *
 * @throws LkftError BAD_ARGUMENT for a copy that cannot be made, CHILD_FAILED for a hook that failed
 */
export async function afterRun(directory: string, run: Run, asked: AfterRun, context: StageContext): Promise<void> {
  for (const copy of asked.copies) {
    const [, name = '', file = ''] = /^([\w.-]+)=(.+)$/s.exec(copy) ?? []
    if (name === '') throw new LkftError('BAD_ARGUMENT', `--copy '${copy}' is not NAME=FILE`)
    const to = resolve(file)
    try {
      await mkdir(dirname(to), { recursive: true })
      await copyFile(join(directory, name), to)
    } catch (error) {
      throw new LkftError('BAD_ARGUMENT', `cannot copy ${name} to ${file}: ${(error as Error).message}`, {
        cause: error,
      })
    }
  }
  for (const hook of asked.hooks) {
    context.reporter.section('Results hook')
    const env = { LKFT_VERDICT: run.verdict ?? '' }
    const argv = ['sh', '-c', hook] as const
    const onLine = (line: string): void => context.reporter.output(line)
    const { exitCode } = await runCommand({ argv, cwd: directory, env }, { signal: context.signal, onLine })
    if (exitCode !== 0) throw new LkftError('CHILD_FAILED', `the results hook '${hook}' ended with ${exitCode}`)
  }
}
