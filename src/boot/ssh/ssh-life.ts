import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { kernelMessages } from '#boot/ssh/kernel-messages'
import type { SshCall } from '#boot/ssh/ssh-target'
import { LkftError } from '#errors/lkft-error'
import { childEnvironment } from '#process/child-environment'
import type { CommandLine } from '#process/command-line'
import { killGroup } from '#process/kill-group'
import { runCommand } from '#process/run-command'
import { splitLines } from '#process/split-lines'
import type { ConsoleLink } from '#suites/console-link'
import { guestScripts } from '#suites/generated/guest-scripts'
import type { Life, LifeRequest } from '#suites/life'

const betweenTriesMs = 2000

export interface SshLifeOptions {
  /** For reaching the machine. */
  readonly seconds: number
  /** Done once it is reached, before the runner starts. */
  readonly prepare: () => Promise<void>
  readonly signal: AbortSignal
}

/** Ends what a runner of lkft's still runs there, and takes its files away. */
const cleanUp = `for p in /proc/[0-9]*; do
  case "$(tr '\\0' ' ' <$p/cmdline 2>/dev/null)" in "sh /run/lkft/script "*) kill -KILL -\${p##*/} 2>/dev/null ;; esac
done
rm -rf /lkft /run/lkft`

/**
 * Reaches the machine, which may still be starting, puts the runner on it and
 * starts it. Results come over the connection; the console is what the kernel
 * says from now on.
 *
 * @throws LkftError LAB_FAILED when the machine is not reached within `seconds`, or takes no files
 */
export async function sshLife(
  call: SshCall,
  request: LifeRequest,
  { seconds, prepare, signal }: SshLifeOptions,
): Promise<Life> {
  await reach(call, seconds, signal)
  await runThere(call('sh'), signal, installScript())
  await prepare()
  const started = performance.now()
  const mark = `lkft session ${request.session}`
  const console = start(call(`echo '<6>${mark}' >/dev/kmsg && exec cat /dev/kmsg`))
  const variables = [`lkft_session=${request.session}`, 'lkft_port=tty']
  // A terminal is one device to read and to write, as a second UART is.
  const runner = start(call(`${variables.join(' ')} exec sh /lkft/runner`, ['-tt']))
  let complaint = ''
  runner.stderr?.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-1000)))
  const ended = new Promise<string>((resolve) => {
    runner.once('error', (error) => resolve(error.message))
    runner.once('close', (code) => resolve(complaint.trim().split('\n').at(-1) || `ssh ended with ${code}`))
  })
  return {
    console: kernelLink(console, mark),
    port: streamLink(runner),
    started,
    ended: ended.then((message) => ({ message: `the connection is gone: ${message}`, byGuest: false })),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([end(runner), end(console)])
      await runCommand(call('sh'), { input: cleanUp, timeoutMs: 15_000 }).catch(() => {})
    },
  }
}

/** Runs a command there with something on its stdin. @throws LkftError LAB_FAILED with its last words */
export async function runThere(command: CommandLine, signal: AbortSignal, input?: string): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(command, { signal, input, timeoutMs: 300_000 })
  signal.throwIfAborted()
  if (exitCode === 0) return stdout
  const why = stderr.trim().split('\n').at(-1) || `ssh ended with ${exitCode}`
  throw new LkftError('LAB_FAILED', `the machine behind ssh: ${why}`)
}

async function reach(call: SshCall, seconds: number, signal: AbortSignal): Promise<void> {
  const until = performance.now() + seconds * 1000
  for (;;) {
    try {
      await runThere(call('true'), signal, '')
      return
    } catch (error) {
      signal.throwIfAborted()
      const refused = /denied|verification failed|No such file/i.test((error as Error).message)
      if (refused || performance.now() > until) throw error
    }
    await sleep(betweenTriesMs, undefined, { signal })
  }
}

/** A shell script that makes the runner's files. */
function installScript(): string {
  const files = Object.entries(guestScripts).filter(([path]) => path === 'runner' || path.startsWith('suites/'))
  const parts = files.map(([path, content]) => {
    const text = Buffer.from(content).toString('base64').replaceAll(/.{76}/g, '$&\n')
    return `base64 -d >/lkft/${path} <<'END'\n${text}\nEND`
  })
  return ['set -e', 'umask 022', cleanUp, 'mkdir -p /lkft/suites /run/lkft', ...parts, ''].join('\n')
}

function start(command: CommandLine): ChildProcess {
  const [program, ...args] = command.argv
  const child = spawn(program, args, { env: childEnvironment(), detached: true, stdio: 'pipe' })
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {})
  child.on('error', () => {})
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    process.kill(-child.pid, 'SIGTERM')
    await killGroup(child.pid, 500)
  }
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
}

function streamLink(child: ChildProcess): ConsoleLink {
  return {
    listen: (onBytes, onEnd) => {
      child.stdout?.on('data', onBytes)
      child.stdout?.once('close', onEnd)
    },
    write: (bytes) => {
      if (child.stdin?.writable === true) child.stdin.write(bytes)
    },
  }
}

/** What the kernel says, as a console that nobody can write to. */
function kernelLink(child: ChildProcess, mark: string): ConsoleLink {
  return {
    listen: (onBytes, onEnd) => {
      const messages = kernelMessages(mark)
      const lines = splitLines((line) => {
        const text = messages.push(line)
        if (text !== undefined) onBytes(Buffer.from(`${text}\r\n`))
      })
      child.stdout?.on('data', (chunk: Buffer) => lines.push(chunk))
      child.stdout?.once('close', () => {
        lines.end()
        onEnd()
      })
    },
    write: () => {},
  }
}
