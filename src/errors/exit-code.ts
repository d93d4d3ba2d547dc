import type { Fault } from '#errors/catalogue'
import { toLkftError } from '#errors/lkft-error'

/** How a build or a run ended; `cancelled` is an interruption by the user or the runner. */
export type Verdict = 'pass' | 'fail' | 'crash' | 'hang' | 'timeout' | 'error' | 'infra' | 'cancelled'

const exitByFault: Record<Fault, number> = { kernel: 1, caller: 2, infrastructure: 3 }

/** The exit code for something thrown: 1 kernel, 2 caller, 3 infrastructure. */
export function exitCodeOfError(thrown: unknown): number {
  return exitByFault[toLkftError(thrown).fault]
}

/**
 * The exit code for a verdict.
 *
 * @param kernelStarted a timeout is the kernel's (1) once it ran, else the infrastructure's (3)
 * @param signal the signal that cancelled the stage, when it did: 130 for SIGINT, 143 for SIGTERM
 */
export function exitCodeOfVerdict(verdict: Verdict, kernelStarted = true, signal?: NodeJS.Signals): number {
  switch (verdict) {
    case 'pass':
      return 0
    case 'fail':
    case 'crash':
    case 'hang':
      return 1
    case 'timeout':
      return kernelStarted ? 1 : 3
    case 'error':
      return 2
    case 'infra':
      return 3
    case 'cancelled':
      return exitCodeOfSignal(signal)
  }
}

/** 130 for SIGINT, 129 for SIGHUP, 143 for everything else that asks a process to end. */
export function exitCodeOfSignal(signal: NodeJS.Signals | undefined): number {
  if (signal === 'SIGINT') return 130
  return signal === 'SIGHUP' ? 129 : 143
}

/** The exit code of several stages together: 1 outranks 3, 3 outranks 2, an interruption outranks all. */
export function worstExitCode(codes: readonly number[]): number {
  const ranked = [...codes].sort((a, b) => rank(b) - rank(a))
  return ranked[0] ?? 0
}

function rank(code: number): number {
  if (code > 3) return 4
  return [0, 3, 1, 2][code] ?? 4
}
