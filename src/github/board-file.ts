import { stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import type { PlanFolder } from '#github/plan-artifact'

export interface BoardChoice {
  /** Folder of the board files on the lab's own machine. */
  readonly boards: string
  readonly trusted: boolean
  readonly plan?: PlanFolder
}

/**
 * The board file of that name. It holds commands that run on the lab's machine,
 * so the lab's own folder comes first, and for an untrusted run it is the only
 * place: a pull request must not bring its own power command.
 *
 * @throws LkftError BAD_ARGUMENT
 */
export async function chooseBoardFile(board: string, { boards, trusted, plan }: BoardChoice): Promise<string> {
  const name = basename(board).replace(/\.ya?ml$/, '')
  const own = join(boards, `${name}.yaml`)
  if (await isFile(own)) return own
  if (trusted) {
    const brought = resolve(plan?.files ?? '.', board)
    if (await isFile(brought)) return brought
  }
  throw new LkftError('BAD_ARGUMENT', `this lab has no board file ${own}`, {
    hint: trusted
      ? `Put it there, or give the path of one as 'board'.`
      : "An untrusted run uses the lab's own files only.",
  })
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true
}
