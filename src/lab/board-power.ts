import { spawnSync } from 'node:child_process'
import { toLkftError } from '#errors/lkft-error'
import { labFailed } from '#lab/lab-failed'
import { boardCommand } from '#lab/board-command'
import type { Reporter } from '#log/reporter'
import { childEnvironment } from '#process/child-environment'
import { type CommandLine, formatCommandLine } from '#process/command-line'
import { type CommandResult, runCommand } from '#process/run-command'
import type { Board } from '#schema/documents'

/** A board's switch. Disposing it leaves the board off, whatever happened before. */
export interface BoardPower extends AsyncDisposable {
  on(signal: AbortSignal): Promise<void>
  /** Runs to its end even when the run was interrupted: a board is never left on. */
  off(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** The power commands of a board file, as they will be run. */
export interface PowerCommands {
  readonly on: CommandLine
  readonly off: CommandLine
  readonly timeoutMs: number
}

/** Reads the power commands; LkftError BAD_DOCUMENT when a quote stays open. */
export function powerCommands({ power }: Pick<Board, 'power'>): PowerCommands {
  return {
    on: boardCommand(power.on, '/power/on'),
    off: boardCommand(power.off, '/power/off'),
    timeoutMs: (power['timeout-seconds'] ?? 60) * 1000,
  }
}

/** The switch of a board. While it is on, even a process that ends at once powers it off first. */
export function boardPower(commands: PowerCommands, reporter: Reporter): BoardPower {
  let isOn = false
  const lastResort = (): void => {
    const [file, ...args] = commands.off.argv
    spawnSync(file, args, { env: childEnvironment(), stdio: 'ignore', timeout: commands.timeoutMs })
  }
  const off = async (): Promise<void> => {
    await switchBoard('power off', commands.off, commands.timeoutMs, reporter)
    isOn = false
    process.off('exit', lastResort)
  }
  return {
    on: async (signal) => {
      signal.throwIfAborted()
      if (!isOn) process.on('exit', lastResort)
      isOn = true
      await switchBoard('power on', commands.on, commands.timeoutMs, reporter, signal)
      signal.throwIfAborted()
    },
    off,
    [Symbol.asyncDispose]: async () => {
      if (isOn) await off()
    },
  }
}

async function switchBoard(
  step: 'power on' | 'power off',
  command: CommandLine,
  timeoutMs: number,
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<void> {
  const line = formatCommandLine(command)
  reporter.command(line)
  const result = await runCommand(command, { timeoutMs, signal, onLine: (text) => reporter.output(text) }).catch(
    (error: unknown) => {
      throw labFailed(step, toLkftError(error).message, `Correct '${step.replace(' ', '/')}' in the board file.`, error)
    },
  )
  if (result.cancelled || result.exitCode === 0) return
  throw labFailed(step, `${line} ${howItEnded(result, timeoutMs)}`, 'Run the command by hand to see what is wrong.')
}

function howItEnded(result: CommandResult, timeoutMs: number): string {
  if (result.timedOut) return `did not end within ${timeoutMs / 1000} s`
  const last = result.stderr.trimEnd().split('\n').at(-1) ?? ''
  const how = result.signal === undefined ? `exited with ${result.exitCode}` : `was killed by ${result.signal}`
  return last === '' ? how : `${how}: ${last}`
}
