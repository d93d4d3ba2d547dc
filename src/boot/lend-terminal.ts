import type { BootRequest } from '#boot/boot-request'
import { LkftError } from '#errors/lkft-error'
import type { Reporter, StageContext } from '#log/reporter'
import { type ShellTerminal, shellTerminal } from '#suites/shell-terminal'

/**
 * The terminal for `--shell`, and a context that is silent while it is lent. Undefined when no shell is asked for.
 *
 * @throws LkftError BAD_ARGUMENT on devices whose console lkft does not hold
 */
export function lendTerminal(
  request: BootRequest,
  context: StageContext,
): { readonly terminal?: ShellTerminal; readonly context: StageContext } {
  if (request.shell !== true) return { context }
  const terminal = shellTerminal(process.stdin, process.stdout, {
    // A live view would draw over the shell.
    beforeLending: () => context.reporter.close(),
    onEscape: () => process.kill(process.pid, 'SIGINT'),
  })
  return { terminal, context: { ...context, reporter: silentWhile(terminal, context.reporter) } }
}

/** @throws LkftError BAD_ARGUMENT when a shell is asked for where there is none */
export function refuseShell({ shell, device = '' }: BootRequest, instead: string): void {
  if (shell === true)
    throw new LkftError('BAD_ARGUMENT', `--shell needs a device of QEMU, not ${device}`, { hint: instead })
}

function silentWhile(terminal: ShellTerminal, reporter: Reporter): Reporter {
  const unlessLent = (say: () => void): void => {
    if (!terminal.isLent) say()
  }
  return {
    section: (title) => unlessLent(() => reporter.section(title)),
    command: (line) => unlessLent(() => reporter.command(line)),
    output: (line) => unlessLent(() => reporter.output(line)),
    status: (text) => unlessLent(() => reporter.status(text)),
    info: (text) => unlessLent(() => reporter.info(text)),
    warn: (text) => unlessLent(() => reporter.warn(text)),
    error: (text) => unlessLent(() => reporter.error(text)),
    close: () => reporter.close(),
  }
}
