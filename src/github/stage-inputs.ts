import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InputReader } from '#github/inputs'
import { LkftError } from '#errors/lkft-error'

/** Whose failure fails the step. The caller's own mistakes always do. */
export type FailOnFault = 'kernel' | 'infrastructure'

/** Inputs that every stage action has. */
export interface StageInputs {
  /** Id of a cell of the plan (`b1`, `r3`); everything else then comes from the plan's artifact. */
  readonly job: string | undefined
  /** Prefix of the artifacts' names. */
  readonly scope: string
  readonly upload: boolean
  readonly retentionDays: number | undefined
  readonly failOn: ReadonlySet<FailOnFault>
  readonly outputDir: string
}

const faults: readonly string[] = ['kernel', 'infrastructure'] satisfies FailOnFault[]

/** Reads the inputs that every stage action has. `stage` names the default output directory. */
export function readStageInputs(inputs: InputReader, stage: string, environment: NodeJS.ProcessEnv): StageInputs {
  const failOn = inputs.words('fail-on')
  const wrong = failOn.find((word) => !faults.includes(word) && word !== 'none')
  if (wrong !== undefined) {
    throw new LkftError('BAD_ARGUMENT', `input fail-on names '${wrong}'; it can name kernel, infrastructure, or none`)
  }
  return {
    job: inputs.text('job'),
    scope: inputs.text('scope') ?? 'lkft',
    upload: inputs.flag('upload', false),
    retentionDays: inputs.positive('retention-days'),
    failOn: new Set(failOn as FailOnFault[]),
    outputDir: inputs.text('output-dir') ?? join(workFolder(environment), stage),
  }
}

/** A folder of this job that GitHub empties: downloads and results go there, so the checkout stays clean. */
export function workFolder(environment: NodeJS.ProcessEnv): string {
  return join(environment['RUNNER_TEMP'] ?? tmpdir(), 'lkft')
}

/** The exit code that the step ends with: 0 when `fail-on` says that this is not for the step to judge. */
export function stepExitCode(exitCode: number, failOn: ReadonlySet<FailOnFault>): number {
  if (exitCode === 1 && !failOn.has('kernel')) return 0
  if (exitCode === 3 && !failOn.has('infrastructure')) return 0
  return exitCode
}
