import { LkftError } from '#errors/lkft-error'

/** The steps in which a lab can fail, before the kernel has a say. */
export type LabStep =
  | 'lock'
  | 'power off'
  | 'power on'
  | 'console'
  | 'bootloader'
  | 'network'
  | 'transfer'
  | 'start kernel'
  | 'LAVA'

/** A lab's fault: the message begins with the step, so that a verdict `infra` says where to look. */
export function labFailed(step: LabStep, message: string, hint?: string, cause?: unknown): LkftError {
  return new LkftError('LAB_FAILED', `${step}: ${message}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  })
}
