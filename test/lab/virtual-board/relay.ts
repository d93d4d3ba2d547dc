import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** A relay in the board's power line: it answers `on`, `off` and `status` on a socket, each when it is done. */
export interface Relay extends AsyncDisposable {
  /** Words that came, in order. */
  readonly history: readonly string[]
}

/** @param machine the command that is the board while it has power */
export async function wireRelay(socket: string, machine: readonly [string, ...string[]]): Promise<Relay> {
  const history: string[] = []
  let board: ChildProcess | undefined
  const off = async (): Promise<void> => {
    const running = board
    board = undefined
    if (running?.exitCode !== null || running.signalCode !== null) return
    running.kill('SIGKILL')
    await once(running, 'exit')
  }
  const on = (): void => {
    if (board !== undefined && board.exitCode === null && board.signalCode === null) return
    const [file, ...args] = machine
    board = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  let turn = Promise.resolve()
  const obey = async (word: string): Promise<string> => {
    history.push(word)
    if (word === 'on') on()
    else if (word === 'off') await off()
    return board === undefined ? 'off' : 'on'
  }
  const server = createServer((caller) => {
    caller.on('error', () => {})
    caller.once('data', (chunk: Buffer) => {
      turn = turn.then(async () => void caller.end(await obey(chunk.toString().trim())))
    })
  })
  server.listen(socket)
  await once(server, 'listening')
  return {
    history,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await off()
    },
  }
}
