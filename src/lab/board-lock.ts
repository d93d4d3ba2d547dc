import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { labFailed } from '#lab/lab-failed'
import { printable } from '#log/printable'
import type { Reporter } from '#log/reporter'
import { childEnvironment } from '#process/child-environment'
import { killGroup } from '#process/kill-group'

/** Where locks live when the board file names no folder: shared by all users of a Debian machine. */
const sharedFolder = '/run/lock'

export interface LockRequest {
  readonly board: string
  /** Folder of the lock files; `/run/lock`, else the temporary folder, when absent. */
  readonly folder?: string | undefined
  readonly waitSeconds: number
  /** Shown to whoever finds the board taken, e.g. the output directory. */
  readonly purpose: string
}

/**
 * Takes the board's lock. It is a kernel lock (flock) on a file that says who
 * holds it: gone with its owner however that ends, so no lock is ever stale, and
 * `flock FILE command` lets people and other tools share it.
 *
 * @throws LkftError LAB_FAILED that names the holder
 */
export async function lockBoard(
  request: LockRequest,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  const file = await lockFile(request.board, request.folder)
  const deadline = performance.now() + request.waitSeconds * 1000
  for (;;) {
    signal.throwIfAborted()
    const held = await hold(file)
    if (held !== undefined) {
      await writeFile(file, `${JSON.stringify(owner(request))}\n`)
      return held
    }
    const holder = await readHolder(file)
    if (performance.now() >= deadline) {
      throw labFailed('lock', `${request.board} is driven by ${holder}`, `Wait for it; ${file} is its lock.`)
    }
    reporter.status(`waiting for ${request.board}, driven by ${holder}`)
    await sleep(200, undefined, { signal })
  }
}

/** The lock file of a board, whether or not it exists. */
async function lockFile(board: string, folder?: string): Promise<string> {
  const name = `lkft-${board}.lock`
  if (folder !== undefined) return join(folder, name)
  const shared = await access(sharedFolder, constants.W_OK).then(
    () => true,
    () => false,
  )
  return join(shared ? sharedFolder : tmpdir(), name)
}

/** Holds the lock by a child that ends with its stdin, so that even SIGKILL on lkft frees the board. */
async function hold(file: string): Promise<AsyncDisposable | undefined> {
  const script = 'echo held; exec cat >/dev/null'
  const child = spawn('flock', ['--nonblock', '--no-fork', '--conflict-exit-code', '75', file, 'sh', '-c', script], {
    env: childEnvironment(),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let complaint = ''
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  child.stdin.on('error', () => {})
  const ended = new Promise<number>((resolve) => {
    child.once('error', (error) => ((complaint = error.message), resolve(127)))
    child.once('exit', (code) => resolve(code ?? 128))
  })
  const code = await Promise.race([ended, once(child.stdout, 'data').then(() => undefined)])
  if (code === 75) return undefined
  if (code !== undefined)
    throw labFailed('lock', `cannot lock ${file}: ${complaint.trim() || `flock exited with ${code}`}`)
  return {
    [Symbol.asyncDispose]: async () => {
      await writeFile(file, '').catch(() => {})
      child.stdin.end()
      const pid = child.pid
      const late = setTimeout(() => pid !== undefined && void killGroup(pid, 0), 2000)
      await ended
      clearTimeout(late)
    },
  }
}

function owner({ purpose }: LockRequest): object {
  return { pid: process.pid, user: process.env['USER'] ?? process.getuid?.(), since: new Date().toISOString(), purpose }
}

async function readHolder(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  try {
    const { pid, user, since, purpose } = JSON.parse(text) as Record<string, unknown>
    return printable(`process ${String(pid)} of ${String(user)} since ${String(since)} for ${String(purpose)}`)
  } catch {
    return 'a program that left no name'
  }
}
