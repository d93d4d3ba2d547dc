import { execa } from 'execa'
import type { BuildSession } from '#build/build-session'
import { childEnvironment } from '#process/child-environment'

/** bash where there is one; it sees the variables that make saw. */
const script = 'command -v bash >/dev/null 2>&1 && exec bash || exec sh'

/**
 * Gives the user a shell where the build ran, in the source tree, on this
 * process's own terminal; returns when it ends, however it does. Compilers,
 * objects and variables are those of the build.
 */
export async function openShell({ runtime, make, context }: BuildSession): Promise<void> {
  context.reporter.close()
  context.reporter.info(`source ${runtime.seen.source}, build ${runtime.seen.build}; the shell's end is lkft's`)
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY
  const command = runtime.wrapInteractive(
    { argv: ['sh', '-c', script], cwd: runtime.seen.source, env: make.environment },
    isTerminal,
  )
  const [file, ...args] = command.argv
  const terminal = process.env['TERM']
  const shell = execa(file, args, {
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    env: { ...childEnvironment(command.env), ...(terminal === undefined ? {} : { TERM: terminal }) },
    extendEnv: false,
    stdio: ['inherit', 'inherit', 'inherit'],
    reject: false,
    cancelSignal: context.signal,
  })
  await shell
}
