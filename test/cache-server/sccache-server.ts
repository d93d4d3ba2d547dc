import { type ChildProcess, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runForOutput } from '#process/run-command'
import { freePort } from './free-port.ts'
import { newerDebian } from './newer-debian.ts'

/** A real sccache on an object store of the cache server. */
export interface Sccache extends AsyncDisposable {
  /** Stands before the compiler. */
  readonly program: string
  /** Figures by the names that `sccache --show-stats` prints, e.g. `Cache hits`. */
  readonly figure: (name: string) => Promise<number>
  /** Where it keeps things, as it says itself. */
  readonly location: () => Promise<string>
}

/** Starts sccache's own server in a folder; the program there speaks to it. */
export async function startSccache(folder: string, endpoint: string, token: string): Promise<Sccache> {
  const debian = await newerDebian('sid')
  const port = await freePort()
  const words = [
    `SCCACHE_WEBDAV_ENDPOINT=${endpoint}`,
    `SCCACHE_WEBDAV_TOKEN=${token}`,
    `SCCACHE_SERVER_PORT=${port}`,
    'SCCACHE_IDLE_TIMEOUT=0',
  ]
  const program = join(folder, 'sccache')
  const argv = debian.command('sccache')
  await writeFile(program, `#!/bin/sh\nexec env '${[...words, ...argv].join("' '")}' "$@"\n`, { mode: 0o755 })
  const env = { ...process.env, SCCACHE_START_SERVER: '1', SCCACHE_NO_DAEMON: '1' }
  const child: ChildProcess = spawn(program, { stdio: 'ignore', env })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`sccache ended with ${child.exitCode}`)
    await sleep(50)
  }
  const stats = (): Promise<string> => runForOutput({ argv: [program, '--show-stats'] })
  return {
    program,
    figure: async (name) => Number(new RegExp(`^${name} +(\\d+)`, 'm').exec(await stats())?.[1]),
    location: async () => /^Cache location +(.*)$/m.exec(await stats())?.[1] ?? '',
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
