import type { LabRequest } from '#lab/lab-request'
import { loadBoard } from '#lab/load-board'
import type { CommandLine } from '#process/command-line'

/**
 * The programs that a run on the board starts, in order; nothing is run.
 *
 * @throws LkftError BAD_DOCUMENT for a board file that is not right
 */
export async function listLabCommands(request: Pick<LabRequest, 'boardFile'>): Promise<readonly CommandLine[]> {
  const { board, power } = await loadBoard(request.boardFile)
  const { device, speed = 115_200 } = board.console
  const raw: readonly CommandLine[] =
    device === undefined ? [] : [{ argv: ['stty', '-F', device, String(speed), 'raw', '-echo', '-hupcl', 'clocal'] }]
  return [power.off, ...raw, power.on, power.off]
}
