import { inspect } from 'node:util'
import { exitCodeOfError } from '#errors/exit-code'
import { toLkftError } from '#errors/lkft-error'
import { printable } from '#log/printable'

/** Says on stderr what went wrong, in one line and a hint, and gives the exit code. A stack only with LKFT_DEBUG. */
export function reportFailure(thrown: unknown): number {
  const error = toLkftError(thrown)
  const lines = error.message.split('\n').map(printable)
  process.stderr.write(`lkft: ${lines.join('\n      ')} [${error.code}]\n`)
  if (error.hint !== undefined) process.stderr.write(`      ${printable(error.hint)}\n`)
  if (process.env['LKFT_DEBUG'] !== undefined) process.stderr.write(`${inspect(error)}\n`)
  return exitCodeOfError(error)
}
