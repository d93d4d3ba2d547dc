import { type BuildSession, BuildStopped } from '#build/build-session'
import { LkftError } from '#errors/lkft-error'
import { runCommand } from '#process/run-command'

const folders = { preBuild: 'source', postBuild: 'source', results: 'output' } as const

/**
 * Runs the user's shell commands of one moment, on the host, in the source tree
 * or the output directory.
 *
 * @throws LkftError BAD_ARGUMENT when one fails: the command is the caller's
 */
export async function runHooks(session: BuildSession, moment: keyof typeof folders): Promise<void> {
  for (const hook of session.plan.request.hooks[moment]) {
    const command = { argv: ['sh', '-c', hook] as const, cwd: session.paths[folders[moment]] }
    session.log.write(`# ${moment} hook: ${hook}\n`)
    const result = await runCommand(
      { ...command, argv: [...command.argv] },
      {
        signal: session.context.signal,
        onBytes: (bytes) => session.log.write(bytes),
        onLine: (line) => session.context.reporter.output(line),
      },
    )
    if (result.cancelled) throw new BuildStopped('cancelled', 'the build was interrupted')
    if (result.exitCode !== 0) {
      throw new LkftError(
        'BAD_ARGUMENT',
        `the ${moment} hook ended with ${result.exitCode ?? result.signal ?? '?'}: ${hook}`,
      )
    }
  }
}
