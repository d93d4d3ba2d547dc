import { error as annotateError, setSecret } from '@actions/core'
import { exitCodeOfError, exitCodeOfSignal } from '#errors/exit-code'
import { toLkftError } from '#errors/lkft-error'
import { actionsReporter } from '#github/actions-reporter'
import { annotate, type Annotation } from '#github/annotations'
import { type InputReader, readInputs } from '#github/inputs'
import { writeSummary } from '#github/job-summary'
import { writeOutputs } from '#github/write-outputs'
import { commandStream } from '#github/workflow-commands'
import type { StageContext } from '#log/reporter'
import { watchInterruption } from '#process/interruption'

/** What an action's work came to; `runAction` tells the runner. */
export interface ActionResult {
  readonly outputs: Readonly<Record<string, string | number | boolean>>
  /** Markdown for the job summary. */
  readonly summary?: string
  readonly annotations?: readonly Annotation[]
  /** Where what is cut or capped can be read whole, e.g. the artifact's name. */
  readonly whereAll: string
  /** 0 lets the step pass; what else is in docs/actions.md. */
  readonly exitCode: number
  /** One line that says why the step fails. */
  readonly failure?: string | undefined
}

/**
 * Runs one action: outputs and summary are written before the failure is told,
 * so that later steps have them. Sets the exit code and never throws; a thrown
 * error becomes one annotation with its hint, and the outputs `verdict` and `exit-code`.
 */
export async function runAction(
  work: (inputs: InputReader, context: StageContext) => Promise<ActionResult>,
): Promise<void> {
  const stream = commandStream()
  const reporter = actionsReporter(stream)
  using interruption = watchInterruption()
  try {
    const inputs = readInputs()
    const secret = inputs.text('token')
    if (secret !== undefined) stream.obeyed(() => setSecret(secret))
    const result = await work(inputs, { reporter, signal: interruption.signal })
    reporter.close()
    const signal = interruption.received()
    const exitCode = signal === undefined ? result.exitCode : exitCodeOfSignal(signal)
    writeOutputs({ ...result.outputs, 'exit-code': exitCode })
    if (result.summary !== undefined) await writeSummary(result.summary, result.whereAll)
    annotate(stream, result.annotations ?? [], result.whereAll)
    const { failure } = result
    if (failure !== undefined) stream.obeyed(() => annotateError(failure))
    process.exitCode = exitCode
  } catch (thrown) {
    reporter.close()
    const error = toLkftError(thrown)
    const signal = interruption.received()
    process.exitCode = signal === undefined ? exitCodeOfError(error) : exitCodeOfSignal(signal)
    const verdict = signal === undefined ? (error.fault === 'caller' ? 'error' : 'infra') : 'cancelled'
    writeOutputs({ verdict, 'exit-code': process.exitCode })
    const lines = [`${error.message} [${error.code}]`, ...(error.hint === undefined ? [] : [error.hint])]
    annotate(stream, [{ level: 'error', message: lines.join('\n') }], '')
  } finally {
    stream.close()
  }
}
