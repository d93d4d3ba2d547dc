import { setTimeout as sleep } from 'node:timers/promises'
import { splitConsoleLines } from '#console/console-lines'
import { type BoardPower } from '#lab/board-power'
import { loadAndStart, reachBootloader, bringUpNetwork } from '#lab/bring-up'
import type { ConsoleTransport } from '#lab/console-transport'
import { labFailed } from '#lab/lab-failed'
import { openConsole } from '#lab/open-console'
import { type SerialLine, serialLine } from '#lab/serial-line'
import { type PlacedFile, serveFiles } from '#lab/serve-files'
import type { StageContext } from '#log/reporter'
import type { RunDirectory } from '#results/run-directory'
import type { Board } from '#schema/documents'
import type { Life } from '#suites/life'
import type { LifeEnd } from '#suites/session'
import type { ConsoleLink } from '#suites/console-link'

/** A line is quiet when nothing came for so long; a board without power is. */
const quietMs = 250
const longestDrainMs = 5000

/** A board at its bootloader, its console attached since before power-on. */
export interface PoweredBoard extends AsyncDisposable {
  readonly line: SerialLine
  readonly transport: ConsoleTransport
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Powers a board off, waits until its line is quiet, and powers it on. What the
 * line still held of an earlier boot is thrown away, so that nobody takes it for this one.
 *
 * @param onBytes gets what the bootloader prints
 * @throws LkftError LAB_FAILED, step power off, console or power on
 */
export async function powerUp(
  board: Board,
  power: BoardPower,
  onBytes: (chunk: Uint8Array) => void,
  signal: AbortSignal,
): Promise<PoweredBoard> {
  await power.off()
  await sleep((board.power['settle-seconds'] ?? 1) * 1000, undefined, { signal })
  const transport = await openConsole(board.console, signal)
  let listen: (chunk: Uint8Array) => void = () => {}
  const delay = board.console['character-delay-ms']
  const line = serialLine(transport, {
    ...(delay === undefined || delay === 0 ? {} : { characterDelayMs: delay }),
    listen: (chunk) => listen(chunk),
  })
  const dispose = async (): Promise<void> => {
    try {
      await power[Symbol.asyncDispose]()
    } finally {
      await transport[Symbol.asyncDispose]()
    }
  }
  try {
    if ((await line.drain({ quietMs, longestMs: longestDrainMs, signal })) === undefined) {
      throw labFailed(
        'power off',
        `the board still prints ${longestDrainMs / 1000} s after 'power/off' ended`,
        "Check that 'power/off' in the board file switches this board off, and that the console is this board's.",
      )
    }
    listen = onBytes
    await power.on(signal)
  } catch (error) {
    await dispose()
    throw error
  }
  return { line, transport, [Symbol.asyncDispose]: dispose }
}

export interface BoardLifeRequest {
  readonly board: Board
  readonly power: BoardPower
  readonly files: readonly PlacedFile[]
  readonly commandLine: string
  readonly directory: RunDirectory
  /** Told when the lab, not the kernel, ends the life. */
  readonly onLabFault: (error: Error) => void
}

/**
 * One life of a board: power-on, bootloader, transfer, start of the kernel. Ends with power-off.
 *
 * @throws LkftError LAB_FAILED before the kernel started
 */
export async function startBoardLife(request: BoardLifeRequest, context: StageContext): Promise<Life> {
  const { board, power, files, directory } = request
  const { reporter, signal } = context
  const keep = keepConsole(directory)
  reporter.section(`Power on ${board.name}`)
  const powered = await powerUp(board, power, keep, signal)
  try {
    const shell = await reachBootloader(board, powered.line, signal)
    reporter.section('Load by TFTP')
    await bringUpNetwork(board, shell, signal)
    await using service = await serveFiles(board, files, context)
    await loadAndStart(board, powered.line, shell, service, request.commandLine, context)
    reporter.section('Start the kernel')
    const life = kernelLife(powered, request.onLabFault)
    // The switch is tried once more at the end of the run; only then is it the run's fault.
    const dispose = (): Promise<void> =>
      powered[Symbol.asyncDispose]().catch((error: Error) => reporter.warn(error.message))
    return { ...life, started: performance.now(), [Symbol.asyncDispose]: dispose }
  } catch (error) {
    directory.endConsole()
    await powered[Symbol.asyncDispose]().catch((late: Error) => reporter.warn(late.message))
    throw error
  }
}

/** Keeps what the bootloader prints, as the session later does for the kernel. */
function keepConsole(directory: RunDirectory): (chunk: Uint8Array) => void {
  const started = performance.now()
  const offset = directory.endConsole()
  const lines = splitConsoleLines((line) =>
    directory.writeLine(line.number + offset, line.raw, (performance.now() - started) / 1000),
  )
  return (chunk) => {
    directory.writeConsole(chunk)
    lines.push(chunk)
  }
}

const bootloaderBanner = /U-Boot (?:SPL |TPL )?20\d\d\.\d\d/

/** The board from here on: a console, and an end when it resets itself or its line goes dead. */
function kernelLife(
  powered: PoweredBoard,
  onLabFault: (error: Error) => void,
): Pick<Life, 'console' | 'port' | 'ended'> {
  const { line, transport } = powered
  const { promise: ended, resolve: end } = Promise.withResolvers<LifeEnd>()
  const { console, push, finish } = consoleLink(line)
  let tail = ''
  line.handOver((chunk) => {
    tail = (tail + Buffer.from(chunk).toString('latin1')).slice(-4096)
    push(chunk)
    if (!bootloaderBanner.test(tail)) return
    finish()
    end({ message: 'the board reset itself: its bootloader started again', byGuest: true })
  })
  const watchLine = async (): Promise<void> => {
    const reason = await transport.gone
    if (reason === undefined) return
    const fault = labFailed('console', `the serial line ${transport.name} went dead: ${reason}`)
    onLabFault(fault)
    finish()
    end({ message: fault.message, byGuest: false })
  }
  void watchLine()
  return { console, port: null, ended }
}

/** A link that keeps what comes before somebody listens, and sends in order at the board's pace. */
function consoleLink(line: SerialLine): {
  console: ConsoleLink
  push: (chunk: Uint8Array) => void
  finish: () => void
} {
  const waiting: Uint8Array[] = []
  let onBytes = (chunk: Uint8Array): void => void waiting.push(chunk)
  let onEnd = (): void => {}
  let ended = false
  let sending = Promise.resolve()
  return {
    console: {
      listen: (bytes, end) => {
        onBytes = bytes
        onEnd = end
        for (const chunk of waiting.splice(0)) bytes(chunk)
        if (ended) end()
      },
      write: (bytes) => {
        if (ended) return
        const text = Buffer.from(bytes as string).toString('latin1')
        // A line that is gone is told by its end, not by each write.
        sending = sending.then(() => line.send(text)).catch(() => {})
      },
    },
    push: (chunk) => {
      if (!ended) onBytes(chunk)
    },
    finish: () => {
      if (ended) return
      ended = true
      onEnd()
    },
  }
}
