import { spawn } from 'node:child_process'
import type { Duplex, Readable, Writable } from 'node:stream'
import { openPipe } from '#machine/open-pipe'
import { connectQmp, type Qmp, type QmpEvent } from '#machine/qmp'
import { waitedForCpu } from '#machine/waited-for-cpu'
import type { ByteLink } from '#process/byte-link'
import { childEnvironment } from '#process/child-environment'
import type { CommandLine } from '#process/command-line'
import { endWithProcess } from '#process/end-with-process'
import { killGroup } from '#process/kill-group'

/**
 * Why a machine is no more: `reset` and `shutdown` by the guest, `panicked` as a
 * pvpanic device said, `quit` by us, `failed` when QEMU itself broke or was killed.
 */
export type MachineEndReason = 'failed' | 'panicked' | 'quit' | 'reset' | 'shutdown'

export interface MachineEnd {
  readonly reason: MachineEndReason
  /** One line for people, e.g. QEMU's last words. */
  readonly message: string
}

/** A running virtual machine. Disposing it ends QEMU and everything it started, at once. */
export interface Machine extends AsyncDisposable {
  readonly console: ByteLink
  readonly port: ByteLink
  readonly control: Qmp
  /** Seconds in which the host had no core for it. */
  readonly waitedForCpu: () => number
  /** Settles when QEMU is gone and its last console byte was read. */
  readonly ended: Promise<MachineEnd>
}

/** Starts QEMU in a process group of its own. What goes wrong later is told by `ended`. */
export function startMachine(command: CommandLine): Machine {
  const [program, ...args] = command.argv
  const pipe = openPipe()
  const stdout = pipe.readEnd
  const child = spawn(program, args, {
    env: childEnvironment(command.env),
    detached: true,
    stdio: ['pipe', pipe.writeEnd, 'pipe', 'pipe', 'pipe'],
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
  })
  child.once('exit', endWithProcess(child.pid))
  pipe.closeWriteEnd()
  const [stdin, , stderr, port, control] = child.stdio as unknown as [Writable, null, Readable, Duplex, Duplex]
  let told: MachineEnd | undefined
  let complaint = ''
  let disposed = false
  for (const stream of [stdin, stdout, stderr, port]) stream.on('error', () => {})
  stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4000)))
  const exited = new Promise<MachineEnd>((resolve) => {
    child.once('error', (error) => resolve({ reason: 'failed', message: explainStart(program, error) }))
    child.once('close', (code, killer) => {
      const message = lastWords(complaint) ?? `${program} ended with ${killer ?? code}`
      if (disposed) resolve({ reason: 'quit', message: 'ended by lkft' })
      else if (code === 0) resolve(told ?? { reason: 'shutdown', message: 'QEMU ended' })
      else resolve({ reason: 'failed', message })
    })
  })
  const drained = new Promise<void>((resolve) => stdout.once('close', resolve))
  const ended = Promise.all([exited, drained]).then(([end]) => end)
  const qmp = connectQmp(control, (event) => (told = readEvent(event) ?? told))
  return {
    console: link(stdout, stdin),
    port: link(port, port),
    control: qmp,
    waitedForCpu: () => (child.pid === undefined ? 0 : waitedForCpu(child.pid)),
    ended,
    [Symbol.asyncDispose]: async () => {
      disposed = true
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        process.kill(-child.pid, 'SIGKILL')
        await killGroup(child.pid, 500)
      }
      for (const stream of [stdin, stdout, stderr, port, control]) stream.destroy()
      await ended
    },
  }
}

function link(input: Readable, output: Writable): ByteLink {
  return {
    listen: (onBytes, onEnd) => {
      input.on('data', onBytes)
      input.once('close', onEnd)
    },
    write: (bytes) => {
      if (output.writable) output.write(bytes)
    },
  }
}

function readEvent({ event, data }: QmpEvent): MachineEnd | undefined {
  if (event === 'GUEST_PANICKED') return { reason: 'panicked', message: 'the guest announced a panic' }
  if (event !== 'SHUTDOWN') return undefined
  switch (data?.['reason']) {
    case 'guest-reset':
      return { reason: 'reset', message: 'the guest restarted the machine' }
    case 'guest-shutdown':
      return { reason: 'shutdown', message: 'the guest switched the machine off' }
    case 'guest-panic':
      return { reason: 'panicked', message: 'the guest announced a panic' }
    case 'host-qmp-quit':
      return { reason: 'quit', message: 'ended by lkft' }
    default:
      return { reason: 'failed', message: `QEMU shut down: ${String(data?.['reason'])}` }
  }
}

/** QEMU names itself in the line that says what is wrong; help may follow it. */
function lastWords(complaint: string): string | undefined {
  const lines = complaint
    .trim()
    .split('\n')
    .filter((line) => !line.includes(': warning: '))
  const own = lines.findLast((line) => /^qemu[\w-]*: /.test(line))
  return (own ?? lines.at(-1)) || undefined
}

function explainStart(program: string, error: Error): string {
  return 'code' in error && error.code === 'ENOENT' ? `${program} is not installed` : `${program}: ${error.message}`
}
