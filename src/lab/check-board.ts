import { lockBoard } from '#lab/board-lock'
import { boardPower } from '#lab/board-power'
import { bootloaderVersion, bringUpNetwork, reachBootloader } from '#lab/bring-up'
import { powerUp } from '#lab/board-life'
import { loadBoard } from '#lab/load-board'
import type { StageContext } from '#log/reporter'

/** What a check of a board found; it ran to its end. */
export interface BoardCheck {
  readonly board: string
  readonly bootloader: string
  /** Seconds from power-on to the bootloader's prompt. */
  readonly promptSeconds: number
  /** The board got an address by DHCP; false where its file says that it does not ask. */
  readonly network: boolean
}

/**
 * Probes a board without a kernel: lock, power off, silence, console, power on,
 * bootloader, network. The board is off afterwards.
 *
 * @throws LkftError BAD_DOCUMENT, or LAB_FAILED that says which step
 */
export async function checkBoard(
  request: { readonly boardFile: string; readonly lockWaitSeconds?: number },
  { reporter, signal }: StageContext,
): Promise<BoardCheck> {
  const { board, power: commands } = await loadBoard(request.boardFile)
  const lock = { board: board.name, folder: board.lock?.folder, purpose: 'lkft lab check' }
  await using held = new AsyncDisposableStack()
  held.use(await lockBoard({ ...lock, waitSeconds: request.lockWaitSeconds ?? 0 }, reporter, signal))
  const power = boardPower(commands, reporter)
  const decoder = new TextDecoder()
  reporter.section(`Power and console of ${board.name}`)
  const show = (chunk: Uint8Array): void => {
    for (const text of decoder.decode(chunk, { stream: true }).split(/[\r\n]+/)) if (text !== '') reporter.output(text)
  }
  await using powered = await powerUp(board, power, show, signal)
  const started = performance.now()
  reporter.section('Bootloader')
  const shell = await reachBootloader(board, powered.line, signal)
  const promptSeconds = Math.round(performance.now() - started) / 1000
  const bootloader = await bootloaderVersion(shell, signal)
  reporter.section('Network')
  await bringUpNetwork(board, shell, signal)
  return { board: board.name, bootloader, promptSeconds, network: board.network.dhcp !== false }
}
