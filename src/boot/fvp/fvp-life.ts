import { spawn } from 'node:child_process'
import { connect, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { childEnvironment } from '#process/child-environment'
import type { CommandLine } from '#process/command-line'
import { endWithProcess } from '#process/end-with-process'
import { killGroup } from '#process/kill-group'
import { splitLines } from '#process/split-lines'
import type { Life } from '#suites/life'
import type { LifeEnd } from '#suites/session'

/**
 * Starts a model and connects to its console, a TCP port that the model tells
 * on its stdout when it listens. There is no second port: results travel over
 * the console. What goes wrong is told by `ended`.
 *
 * @param terminal the model's name of the console
 */
export function startFvp(command: CommandLine, terminal: string): Life {
  const started = performance.now()
  const [program, ...args] = command.argv
  const child = spawn(program, args, { env: childEnvironment(), detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  child.once('exit', endWithProcess(child.pid))
  const waiting: ((socket: Socket) => void)[] = []
  let socket: Socket | undefined
  let last = ''
  const announced = new RegExp(`^${terminal}: Listening for serial connection on port (\\d+)`)
  const read = (stream: Readable): void => {
    const lines = splitLines((line) => {
      if (line.trim() !== '') last = line.trim()
      const port = announced.exec(line)?.[1]
      if (port === undefined || socket !== undefined) return
      socket = connect(Number(port), '127.0.0.1')
      socket.on('error', () => {})
      for (const tell of waiting) tell(socket)
    })
    stream.on('data', (chunk: Buffer) => lines.push(chunk))
    stream.on('error', () => {})
  }
  read(child.stdout)
  read(child.stderr)
  const whenConnected = (tell: (socket: Socket) => void): void => {
    if (socket === undefined) waiting.push(tell)
    else tell(socket)
  }
  const ended = new Promise<LifeEnd>((resolve) => {
    child.once('error', ({ message }) => resolve({ message: `${program}: ${message}`, byGuest: false }))
    child.once('close', (code, killer) => {
      const message = `the model ended with ${killer ?? code}${last === '' ? '' : `: ${last}`}`
      const tell = (): void =>
        resolve(code === 0 ? { message: 'the guest ended the model', byGuest: true } : { message, byGuest: false })
      // The console's last bytes are still to be read.
      if (socket === undefined || socket.closed) tell()
      else socket.once('close', tell)
    })
  })
  return {
    console: {
      listen: (onBytes, onEnd) =>
        whenConnected((connected) => {
          connected.on('data', onBytes)
          connected.once('close', onEnd)
        }),
      write: (bytes) => void (socket?.writable === true && socket.write(bytes)),
    },
    port: null,
    started,
    ended,
    [Symbol.asyncDispose]: async () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        process.kill(-child.pid, 'SIGKILL')
        await killGroup(child.pid, 500)
      }
      socket?.destroy()
      for (const stream of [child.stdout, child.stderr]) stream.destroy()
    },
  }
}
