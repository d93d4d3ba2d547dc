import type { BuildLog } from '#build/build-log'
import type { BuildPaths } from '#build/build-paths'
import type { BuildPlan } from '#build/plan-build'
import type { BuildRuntime } from '#build/build-runtime'
import type { DiagnosticCollector } from '#build/diagnostics/collect-diagnostics'
import type { MakeSettings } from '#build/make-command'
import type { MakeProgress } from '#build/make-progress'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import { type CommandLine, formatCommandLine, hasHiddenCharacter } from '#process/command-line'
import { type CommandResult, runCommand } from '#process/run-command'

/** One build while it runs. */
export interface BuildSession {
  readonly plan: BuildPlan
  /** Paths of the host. */
  readonly paths: BuildPaths
  readonly runtime: BuildRuntime
  readonly make: MakeSettings
  readonly log: BuildLog
  readonly diagnostics: DiagnosticCollector
  readonly context: StageContext
  readonly progress: MakeProgress
  /** `Date.now()` at which it was put together: files that are older are not its own. */
  readonly begun: number
  /** `performance.now()` at which the whole build has to be over. */
  readonly deadline: number | undefined
}

/** The build cannot go on; `how` becomes its verdict. */
export class BuildStopped extends Error {
  readonly how: 'cancelled' | 'timeout'

  constructor(how: 'cancelled' | 'timeout', message: string) {
    super(message)
    this.name = 'BuildStopped'
    this.how = how
  }
}

/**
 * Runs one command of the build inside its runtime: logged, watched for
 * diagnostics and progress, ended at the deadline or on interruption.
 *
 * @throws BuildStopped on interruption or when the time is up; Error when build.log cannot be written
 */
export async function runInBuild(
  session: BuildSession,
  command: CommandLine,
  options: { readonly target: string; readonly quiet?: boolean },
): Promise<CommandResult> {
  const { context, log, progress, plan } = session
  const shown = showCommand(command)
  if (options.quiet !== true) {
    context.reporter.command(shown)
    log.write(`+ ${shown}\n`)
  }
  const heartbeat = setInterval(() => context.reporter.status(progress.status()), 15_000).unref()
  try {
    const result = await runCommand(session.runtime.wrap(command), {
      signal: context.signal,
      timeoutMs: timeLeft(session),
      keepBytes: 64 * 1024,
      onBytes: (bytes) => log.write(bytes),
      onLine: (line) => {
        context.reporter.output(line)
        if (progress.push(line)) context.reporter.status(progress.status())
        else session.diagnostics.push(line, options.target)
      },
    })
    const failure = log.failure()
    if (failure !== undefined) throw failure
    if (result.cancelled) throw new BuildStopped('cancelled', 'the build was interrupted')
    if (result.timedOut) {
      const seconds = Math.round(result.durationMs / 1000)
      throw new BuildStopped('timeout', `${options.target} was ended after ${seconds} s: ${shown}`)
    }
    return result
  } finally {
    clearInterval(heartbeat)
    session.diagnostics.flush(options.target)
  }

  function timeLeft({ deadline }: BuildSession): number | undefined {
    const target = plan.request.targetTimeoutSeconds
    const limits = [
      ...(deadline === undefined ? [] : [Math.max(1, deadline - performance.now())]),
      ...(target === undefined ? [] : [target * 1000]),
    ]
    return limits.length === 0 ? undefined : Math.min(...limits)
  }
}

/** The command as a person reads it; a word with hidden characters is shown escaped. */
export function showCommand(command: CommandLine): string {
  const argv = command.argv.map((word) => (hasHiddenCharacter(word) ? JSON.stringify(word) : word))
  return formatCommandLine({ argv: argv as [string, ...string[]] })
}

/**
 * Why a command that did not end with 0 failed, as a sentence.
 *
 * @throws LkftError CONTAINER_FAILED when its container is to blame: killed, out of memory, or it could not run that
 */
export async function blame(session: BuildSession, what: string, result: CommandResult): Promise<string> {
  const fate = await session.runtime.explainFailure(result)
  if (fate !== undefined) throw new LkftError('CONTAINER_FAILED', `${what} ${fate}`)
  return `${what} ended with ${result.exitCode ?? result.signal ?? 'an error'}`
}
