import { join } from 'node:path'
import type { BuildOptions } from '#build/build-request'
import { toBuildRequest } from '#cli/run/cell-requests'
import { artifactStore } from '#github/artifacts'
import { defined } from '#github/defined'
import type { InputReader } from '#github/inputs'
import { fetchPlan, findCell } from '#github/plan-artifact'
import { fetchSource } from '#github/source-artifact'
import { readStageInputs, type StageInputs, workFolder } from '#github/stage-inputs'
import type { StageContext } from '#log/reporter'

/** Everything that build-kernel was asked. */
export interface BuildInputs extends StageInputs {
  readonly attempt: number
  readonly options: BuildOptions
}

/** Reads the inputs once; a cell of the plan gives what `job` names, and the source when there is no checkout. */
export async function loadInputs(
  inputs: InputReader,
  environment: NodeJS.ProcessEnv,
  context: StageContext,
): Promise<BuildInputs> {
  const stage = readStageInputs(inputs, 'build', environment)
  const given = readOptions(inputs)
  const attempt = Number(environment['GITHUB_RUN_ATTEMPT'] ?? '1')
  const source = inputs.text('source')
  const work = workFolder(environment)
  if (stage.job === undefined) {
    return { ...stage, attempt, options: { ...given, source: source ?? '.', outputDir: stage.outputDir } }
  }
  context.reporter.section(`Fetch job ${stage.job} of the plan`)
  const plan = await fetchPlan(artifactStore, stage.scope, join(work, 'plan'))
  const tree = source ?? (await fetchSource(artifactStore, stage.scope, join(work, 'source'), context))
  const places = { planFolder: plan.files, source: tree, outputDir: stage.outputDir }
  const request = toBuildRequest(findCell(plan.jobs.builds, stage.job), places)
  return { ...stage, attempt, options: { ...request, ...given, outputDir: stage.outputDir } }
}

function readOptions(inputs: InputReader): Partial<BuildOptions> {
  const minutes = inputs.positive('timeout-minutes')
  return defined({
    name: inputs.text('name'),
    buildDir: inputs.text('build-dir'),
    targetArch: inputs.text('target-arch'),
    toolchain: inputs.text('toolchain'),
    llvm: inputs.text('llvm') === undefined ? undefined : inputs.flag('llvm', false),
    kconfig: inputs.text('kconfig'),
    kconfigAdd: some(inputs.lines('kconfig-add')),
    kconfigStrict: inputs.text('kconfig-strict') === undefined ? undefined : inputs.flag('kconfig-strict', false),
    targets: some(inputs.words('targets')),
    makeVariables: someFields(inputs.pairs('make-variables')),
    environment: someFields(inputs.pairs('environment')),
    runtime: inputs.text('runtime'),
    image: inputs.text('image'),
    jobs: inputs.positive('jobs'),
    timeoutSeconds: minutes === undefined ? undefined : minutes * 60,
  })
}

function some(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list
}

function someFields(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  return Object.keys(record).length === 0 ? undefined : record
}
