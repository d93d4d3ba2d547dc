import { spawn } from 'node:child_process'
import { constants, open as openFd } from 'node:fs'
import { connect } from 'node:net'
import { ReadStream, WriteStream } from 'node:tty'
import { promisify } from 'node:util'
import { streamTransport } from '#lab/console-stream'
import type { ConsoleTransport } from '#lab/console-transport'
import { labFailed } from '#lab/lab-failed'
import { boardCommand } from '#lab/board-command'
import { telnetFilter } from '#lab/telnet-filter'
import { endWithProcess } from '#process/end-with-process'
import { childEnvironment } from '#process/child-environment'
import { killGroup } from '#process/kill-group'
import { runCommand } from '#process/run-command'
import type { Board } from '#schema/documents'

const connectMs = 10_000

/**
 * Opens a board's console as its board file says.
 *
 * @throws LkftError LAB_FAILED, step console, when the line cannot be opened
 */
export async function openConsole(console: Board['console'], signal: AbortSignal): Promise<ConsoleTransport> {
  signal.throwIfAborted()
  if (console.device !== undefined) return openDevice(console.device, console.speed ?? 115_200)
  if (console.tcp !== undefined) return openSocket('tcp', console.tcp, signal)
  if (console.telnet !== undefined) return openSocket('telnet', console.telnet, signal)
  return openProgram(console.command ?? '')
}

/** A tty or pty: raw mode by stty, then two descriptors, so that each stream owns its own. */
async function openDevice(device: string, speed: number): Promise<ConsoleTransport> {
  const raw = await runCommand({ argv: ['stty', '-F', device, String(speed), 'raw', '-echo', '-hupcl', 'clocal'] })
  if (raw.exitCode !== 0) {
    const why = raw.stderr.trim().split('\n').at(-1) ?? `stty exited with ${raw.exitCode}`
    throw labFailed('console', `cannot open ${device}: ${why}`, "Correct 'console/device' in the board file.")
  }
  const open = promisify(openFd)
  const flags = constants.O_NOCTTY | constants.O_NONBLOCK
  const input = new ReadStream(await open(device, constants.O_RDONLY | flags))
  const output = new WriteStream(await open(device, constants.O_WRONLY | flags))
  return streamTransport({ name: device, input, output, close: async () => {} })
}

/** A console server's port: raw bytes, or telnet with every option refused but binary and echo. */
async function openSocket(kind: 'tcp' | 'telnet', address: string, signal: AbortSignal): Promise<ConsoleTransport> {
  const colon = address.lastIndexOf(':')
  const name = `${kind} ${address}`
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  const socket = connect({ host, port: Number(address.slice(colon + 1)), noDelay: true, keepAlive: true })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
      socket.setTimeout(connectMs, () => reject(new Error(`no answer within ${connectMs / 1000} s`)))
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    })
  } catch (error) {
    socket.destroy()
    signal.throwIfAborted()
    throw labFailed('console', `cannot reach ${name}: ${(error as Error).message}`, undefined, error)
  }
  socket.setTimeout(0)
  const line = streamTransport({ name, input: socket, output: socket, close: async () => {} })
  return kind === 'tcp' ? line : telnetFilter(line)
}

/** A program whose stdin and stdout are the line, e.g. `ssh lab1 conserver-cat board3`. */
async function openProgram(text: string): Promise<ConsoleTransport> {
  const { argv } = boardCommand(text, '/console/command')
  const [file, ...args] = argv
  const child = spawn(file, args, { env: childEnvironment(), detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
  child.once('exit', endWithProcess(child.pid))
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2000)))
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, killer) => {
      const last = complaint.trimEnd().split('\n').at(-1) ?? ''
      resolve(`${file} ended with ${killer ?? code}${last === '' ? '' : `: ${last}`}`)
    })
  })
  const { pid } = child
  if (pid === undefined) throw labFailed('console', `cannot start '${text}': ${await exited}`)
  return streamTransport({
    name: `'${text}'`,
    input: child.stdout,
    output: child.stdin,
    endReason: () => exited,
    close: async () => {
      await killGroup(pid, 500)
      await exited
    },
  })
}
