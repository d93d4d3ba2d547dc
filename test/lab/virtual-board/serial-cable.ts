import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, open } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** More than this waiting for a reader is lost, as on a real line. */
const longestWaiting = 16 * 1024

/** The cable between the board and the lab's machine: it stays when the board has no power. */
export interface SerialCable extends AsyncDisposable {
  /** TCP port on 127.0.0.1 with the same bytes as the tty. */
  readonly port: number
}

/**
 * Lays a cable: the board plugs into `socket`, the lab reads `tty` (a PTY link) or the TCP port.
 * What nobody reads waits in the tty, so a reader that comes late gets old bytes first.
 */
export async function laySerialCable(tty: string, socket: string): Promise<SerialCable> {
  const pty = spawn('socat', [`PTY,link=${tty},rawer`, 'STDIO'], { stdio: ['pipe', 'pipe', 'inherit'] })
  pty.stdin.on('error', () => {})
  while (!(await exists(tty))) {
    if (pty.exitCode !== null) throw new Error('socat made no PTY')
    await sleep(5)
  }
  // With one end always open, closing the other does not hang up the master.
  const keeper = await open(tty, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
  const readers = new Set<Socket>()
  let board: Socket | undefined
  const boardSide = await listen((plug) => {
    board = plug
    plug.on('data', (chunk: Buffer) => {
      if (pty.stdin.writableLength < longestWaiting) pty.stdin.write(chunk)
      for (const reader of readers) reader.write(chunk)
    })
    plug.on('error', () => {})
    plug.on('close', () => board === plug && (board = undefined))
  }, socket)
  const labSide = await listen((reader) => {
    readers.add(reader)
    reader.on('data', (chunk: Buffer) => board?.write(chunk))
    reader.on('error', () => {})
    reader.on('close', () => readers.delete(reader))
  }, 0)
  pty.stdout.on('data', (chunk: Buffer) => board?.write(chunk))
  const address = labSide.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      for (const reader of readers) reader.destroy()
      board?.destroy()
      boardSide.close()
      labSide.close()
      pty.kill('SIGKILL')
      await keeper.close()
    },
  }
}

async function listen(onConnection: (socket: Socket) => void, where: string | number): Promise<Server> {
  const server = createServer(onConnection)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    if (typeof where === 'string') server.listen(where, resolve)
    else server.listen(where, '127.0.0.1', resolve)
  })
  return server
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
