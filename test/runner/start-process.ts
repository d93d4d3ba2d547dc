import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { createInterface } from 'node:readline'
import { once } from 'node:events'

export interface ProcessRequest {
  readonly file: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly onLine: (line: string) => void
  /** Ends the process: SIGINT, then SIGTERM, then SIGKILL to its group, as the runner does. */
  readonly signal: AbortSignal
  /** Milliseconds between those signals. */
  readonly grace: { readonly interruptMs: number; readonly terminateMs: number }
}

/** What GitHub's runner waits after SIGINT and after SIGTERM. */
export const runnerGrace = { interruptMs: 7500, terminateMs: 2500 } as const

/** Runs a process to its end and gives its exit code; 128 + number after a signal. */
export async function startProcess(request: ProcessRequest): Promise<number> {
  const child = spawn(request.file, request.args, {
    cwd: request.cwd,
    env: { ...request.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error))
  const readers = [child.stdout, child.stderr].map((stream) => {
    const lines = createInterface({ input: stream, crlfDelay: Infinity })
    lines.on('line', request.onLine)
    return once(lines, 'close')
  })
  const timers: NodeJS.Timeout[] = []
  const end = (): void => {
    const send = (signal: NodeJS.Signals): void => killGroup(child.pid, signal)
    send('SIGINT')
    timers.push(setTimeout(send, request.grace.interruptMs, 'SIGTERM'))
    timers.push(setTimeout(send, request.grace.interruptMs + request.grace.terminateMs, 'SIGKILL'))
  }
  if (request.signal.aborted) end()
  request.signal.addEventListener('abort', end, { once: true })
  try {
    const [code, signal] = (await Promise.race([once(child, 'exit'), failed])) as [number | null, NodeJS.Signals | null]
    // A process left in the background must not hold the step open by its pipes.
    await Promise.race([Promise.all(readers), sleepUnref(500)])
    return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
  } finally {
    for (const timer of timers) clearTimeout(timer)
    request.signal.removeEventListener('abort', end)
    failed.catch(() => {})
    if (request.signal.aborted) killGroup(child.pid, 'SIGKILL')
  }
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended already.
  }
}

function sleepUnref(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref())
}
