import type { LabRequest } from '#lab/lab-request'
import { loadDocument } from '#schema/load-document'
import type { CommandLine } from '#process/command-line'

/** The programs that a run on the board starts, in order: power off, power on, power off. */
export async function listLabCommands(request: LabRequest): Promise<readonly CommandLine[]> {
  const { power } = await loadDocument('board', request.boardFile)
  return [power.off, power.on, power.off].map((line) => ({ argv: line.split(' ') as [string, ...string[]] }))
}
