import { exitCodeOfVerdict } from '#errors/exit-code'
import { formatArtifactName } from '#github/artifact-names'
import { artifactStore } from '#github/artifacts'
import type { ActionResult } from '#github/run-action'
import { crashAnnotations, readFailures, runSummary } from '#github/run-summary'
import { stepExitCode, type StageInputs } from '#github/stage-inputs'
import type { Run } from '#schema/documents'

/** What boot-virtual and boot-lab tell the runner of a run. */
export async function runResult(
  run: Run,
  inputs: StageInputs & { readonly attempt: number; readonly name: string },
): Promise<ActionResult> {
  const artifact = formatArtifactName({ scope: inputs.scope, kind: 'run', id: inputs.name, attempt: inputs.attempt })
  if (inputs.upload) await artifactStore.upload(artifact, inputs.outputDir, inputs.retentionDays)
  const failures = await readFailures(inputs.outputDir)
  const verdict = run.verdict ?? 'infra'
  const exitCode = stepExitCode(exitCodeOfVerdict(verdict, run.kernel_started), inputs.failOn)
  return {
    outputs: {
      verdict,
      directory: inputs.outputDir,
      environment: run.environment,
      pass: run.counts.pass,
      fail: run.counts.fail,
      skip: run.counts.skip,
      crashes: run.crashes.length,
      'kernel-release': run.kernel.release ?? '',
      accelerator: run.emulator?.accelerator ?? '',
      'duration-seconds': Math.round(run.duration_seconds),
      artifact: inputs.upload ? artifact : '',
    },
    summary: runSummary(run, failures),
    annotations: crashAnnotations(run),
    whereAll: inputs.upload ? `the artifact ${artifact}` : 'tests.ndjson and console.log',
    exitCode,
    failure: exitCode === 0 ? undefined : `${run.environment}: ${run.cause?.message ?? verdict}`,
  }
}

/** What they tell when the plan's build made nothing to boot. */
export function skippedRun(name: string, reason: string): ActionResult {
  return {
    outputs: { verdict: 'skipped', directory: '', artifact: '' },
    summary: `## Run ${name}: skipped\n\n${reason}`,
    annotations: [{ level: 'notice', message: `${name} is skipped: ${reason}` }],
    whereAll: '',
    exitCode: 0,
  }
}
