import { LkftError, toLkftError } from '#errors/lkft-error'
import { type PowerCommands, powerCommands } from '#lab/board-power'
import { boardCommand } from '#lab/board-command'
import type { Board } from '#schema/documents'
import { loadDocument } from '#schema/load-document'

export interface LoadedBoard {
  readonly board: Board
  readonly power: PowerCommands
}

/**
 * Reads a board file and everything in it that must be understood before the board is touched.
 *
 * @throws LkftError BAD_DOCUMENT with file, line, field and what is allowed
 */
export async function loadBoard(file: string): Promise<LoadedBoard> {
  const board = await loadDocument('board', file)
  try {
    if (board.console.command !== undefined) boardCommand(board.console.command, '/console/command')
    if (board.network.tftp.directory !== undefined && board.network.tftp['server-address'] === undefined) {
      throw new LkftError('BAD_DOCUMENT', "/network/tftp: the field 'server-address' is missing beside 'directory'")
    }
    return { board, power: powerCommands(board) }
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${file}: ${toLkftError(error).message}`, { cause: error })
  }
}
