import { execa } from 'execa'
import { childEnvironment } from '#process/child-environment'
import { type CommandLine, formatCommandLine } from '#process/command-line'
import { splitLines } from '#process/split-lines'
import { endWithProcess } from '#process/end-with-process'
import { killGroup } from '#process/kill-group'
import { LkftError } from '#errors/lkft-error'

export interface RunOptions {
  /** Ends the child and all it started; the result then has `cancelled`. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds after which the child's whole group is ended; the result then has `timedOut`. */
  readonly timeoutMs?: number | undefined
  /** Every chunk of stdout and stderr, merged as it comes. */
  readonly onBytes?: ((chunk: Uint8Array, from: 'stdout' | 'stderr') => void) | undefined
  /** Every whole line without its newline; a line longer than 64 KiB comes in pieces. */
  readonly onLine?: ((line: string, from: 'stdout' | 'stderr') => void) | undefined
  /** Bytes of stdout and of stderr kept for the result; 1 MiB when not given, the oldest are dropped first. */
  readonly keepBytes?: number | undefined
  /** What the child reads; nothing when absent. */
  readonly input?: string | Uint8Array | undefined
  /** Milliseconds between SIGTERM and SIGKILL when ending the group; 500 when not given. */
  readonly graceMs?: number | undefined
}

export interface CommandResult {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
  readonly timedOut: boolean
  readonly cancelled: boolean
  readonly stdout: string
  readonly stderr: string
  readonly durationMs: number
}

/**
 * Runs one program without a shell, in a process group of its own, with an
 * allowlisted environment. Ending it (signal, timeout) ends the whole group, so
 * `make` leaves no compiler behind. Never throws for how the child ended.
 *
 * @throws LkftError TOOL_MISSING when the program is not installed
 */
export async function runCommand(command: CommandLine, options: RunOptions = {}): Promise<CommandResult> {
  const started = performance.now()
  const [file, ...args] = command.argv
  const child = execa(file, args, {
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    env: childEnvironment(command.env),
    extendEnv: false,
    detached: true,
    buffer: false,
    reject: false,
    encoding: 'buffer',
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.input === undefined ? {} : { input: options.input }),
  })
  const release = endWithProcess(child.pid)
  let timedOut = false
  let cancelled = false
  let ending: Promise<void> | undefined
  const end = (): void => {
    if (child.pid !== undefined) ending ??= killGroup(child.pid, options.graceMs ?? 500)
  }
  const timer =
    options.timeoutMs === undefined ? undefined : setTimeout(() => ((timedOut = true), end()), options.timeoutMs)
  const abort = (): void => ((cancelled = true), end())
  if (options.signal?.aborted === true) abort()
  options.signal?.addEventListener('abort', abort, { once: true })
  const stdout = collect(child.stdout, 'stdout', options)
  const stderr = collect(child.stderr, 'stderr', options)
  try {
    const result = await child
    await ending
    if (result.code === 'ENOENT') throw missing(file, result.originalMessage)
    return {
      exitCode: result.exitCode,
      signal: result.signal,
      timedOut,
      cancelled,
      stdout: stdout(),
      stderr: stderr(),
      durationMs: performance.now() - started,
    }
  } finally {
    release()
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', abort)
  }
}

/**
 * Like `runCommand`, for helpers that must succeed; gives stdout.
 *
 * @throws LkftError CHILD_FAILED with the command and its last line of stderr
 */
export async function runForOutput(command: CommandLine, options: RunOptions = {}): Promise<string> {
  const result = await runCommand(command, options)
  if (result.exitCode === 0) return result.stdout
  const how = result.timedOut
    ? 'timed out'
    : result.signal === undefined
      ? `exited with ${result.exitCode}`
      : `was killed by ${result.signal}`
  const last = result.stderr.trimEnd().split('\n').at(-1) ?? ''
  throw new LkftError('CHILD_FAILED', `${formatCommandLine(command)} ${how}${last === '' ? '' : `: ${last}`}`)
}

function missing(file: string, message: string | undefined): LkftError {
  return new LkftError('TOOL_MISSING', `${file} is not installed`, {
    hint: "Run 'lkft doctor' to see what is missing and the apt line that installs it.",
    ...(message === undefined ? {} : { cause: message }),
  })
}

function collect(
  stream: NodeJS.ReadableStream | null,
  from: 'stdout' | 'stderr',
  { keepBytes = 1 << 20, onBytes, onLine }: RunOptions,
): () => string {
  const chunks: Uint8Array[] = []
  let kept = 0
  const lines = onLine === undefined ? undefined : splitLines((line) => onLine(line, from))
  stream?.on('data', (chunk: Uint8Array) => {
    onBytes?.(chunk, from)
    lines?.push(chunk)
    chunks.push(chunk)
    kept += chunk.length
    while (kept > keepBytes && chunks.length > 1) kept -= chunks.shift()?.length ?? 0
  })
  stream?.on('end', () => lines?.end())
  return () => Buffer.concat(chunks).toString('utf8')
}
