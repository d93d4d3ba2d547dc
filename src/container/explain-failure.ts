import { execCommand } from '#container/container-commands'
import type { ContainerSpec } from '#container/container-spec'
import { engineEnvironment } from '#container/engine-environment'
import { lastLine } from '#container/find-image'
import { type CommandResult, runCommand } from '#process/run-command'

/** How a command in a container ended. */
export type FailedCommand = Pick<CommandResult, 'exitCode' | 'stderr'>

type Addressed = Pick<ContainerSpec, 'engine' | 'name'>

/** Where a container sees what became of its own memory: control groups of version 2, then of version 1. */
const memoryEvents = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control']

/**
 * Why a command in a running container failed, when that was not its own doing;
 * reads as the end of a sentence that begins with the command. A compiler that
 * the kernel ends for memory leaves a container that looks well, and a make that
 * ended with 2: only the control group's counter tells.
 *
 * @returns undefined when the command itself is to blame
 */
export async function explainFailure(spec: Addressed, failed: FailedCommand): Promise<string | undefined> {
  const state = await engine(spec.engine, ['inspect', '--format={{.State.Status}} {{.State.OOMKilled}}', spec.name])
  const [status = '', oomKilled = ''] = state.stdout.trim().split(' ')
  if (oomKilled === 'true') return outOfMemory
  if (status !== 'running') return cutOff
  const events = await runCommand(execCommand(spec, { argv: ['cat', ...memoryEvents] }))
  if (countKills(events.stdout) > 0) return outOfMemory
  const said = lastLine(failed.stderr)
  return isEngineError(failed.exitCode, said) ? `did not run: ${spec.engine} exec said: ${said}` : undefined
}

/** What is said of a container that is gone: its engine no longer knows why. */
export const cutOff = 'was cut off: the container was killed'

const outOfMemory = 'was killed: the container ran out of memory'

/** How many processes of a control group were killed for memory, by its own account; 0 when it has none. */
export function countKills(events: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(events)?.[1] ?? '0')
}

/** 125 is the engine's own failure; 126 and 127 are its own too, unless a shell inside gave them. */
function isEngineError(exitCode: number | undefined, said: string): boolean {
  if (exitCode === 125) return true
  return (exitCode === 126 || exitCode === 127) && /OCI runtime|exec failed|executable file/i.test(said)
}

async function engine(program: string, words: readonly string[]): Promise<CommandResult> {
  return runCommand({ argv: [program, ...words], env: engineEnvironment() })
}
