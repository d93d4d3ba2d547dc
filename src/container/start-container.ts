import { execa } from 'execa'
import { setTimeout as sleep } from 'node:timers/promises'
import { execCommand, readyWord, removeCommand, runContainerCommand } from '#container/container-commands'
import type { ContainerSpec } from '#container/container-spec'
import { cutOff, explainFailure, type FailedCommand } from '#container/explain-failure'
import { lastLine } from '#container/find-image'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import { childEnvironment } from '#process/child-environment'
import { type CommandLine, formatCommandLine } from '#process/command-line'
import { runCommand } from '#process/run-command'

/** A container that is up. Disposing of it ends all that runs inside and removes it. */
export interface Container extends AsyncDisposable {
  /** The host's command that runs `command` inside. */
  wrap(command: CommandLine, user?: string): CommandLine
  /** Why a command inside failed, when it was not its own doing: killed, out of memory, or never run. */
  explainFailure(failed: FailedCommand): Promise<string | undefined>
}

const startMs = 60_000
/** How long the engine may take to notice that a container was killed. */
const killMs = 2000
/** What a command ends with is 128 and more when a signal ended it. */
const signalled = 128

/**
 * Starts a container and waits until it is up. It ends when its owner disposes
 * of it, when `context.signal` aborts, and when this process dies.
 *
 * @throws LkftError CONTAINER_FAILED with what the engine said
 */
export async function startContainer(spec: ContainerSpec, context: StageContext): Promise<Container> {
  const command = runContainerCommand(spec)
  context.reporter.command(formatCommandLine({ argv: command.argv }))
  const [file, ...args] = command.argv
  const child = execa(file, args, {
    env: childEnvironment(command.env),
    extendEnv: false,
    detached: true,
    reject: false,
    stdin: 'pipe',
    buffer: false,
  })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString('utf8')).slice(-4096)))
  let ended = false
  const end = child.then((result) => {
    ended = true
    return result
  })
  const close = (): void => void child.stdin.end()
  child.stdin.on('error', () => {})
  context.signal.addEventListener('abort', close, { once: true })
  const ready = new Promise<boolean>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => chunk.toString('utf8').includes(readyWord) && resolve(true))
    void end.then(() => resolve(false))
    setTimeout(() => resolve(false), startMs).unref()
  })
  const dispose = async (): Promise<void> => {
    context.signal.removeEventListener('abort', close)
    close()
    await Promise.race([end, sleep(3000)])
    if (ended) return
    await runCommand(removeCommand(spec), { timeoutMs: 20_000 })
    child.kill('SIGKILL')
    await end
  }
  if (!(await ready)) {
    await dispose()
    if (context.signal.aborted) throw new LkftError('CONTAINER_FAILED', 'interrupted while the container started')
    throw new LkftError(
      'CONTAINER_FAILED',
      `${spec.engine} cannot start a container of ${spec.image}: ${lastLine(stderr)}`,
    )
  }
  return {
    wrap: (inside, user) => execCommand(spec, inside, user),
    explainFailure: async (failed) => {
      const { exitCode } = failed
      // The command ends with its container, and a moment before the engine knows.
      if (exitCode === undefined || exitCode >= signalled) await Promise.race([end, sleep(killMs)])
      return ended ? cutOff : explainFailure(spec, failed)
    },
    [Symbol.asyncDispose]: dispose,
  }
}
