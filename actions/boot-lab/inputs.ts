import { join } from 'node:path'
import { toLabRequest } from '#cli/run/cell-requests'
import { LkftError } from '#errors/lkft-error'
import { artifactStore } from '#github/artifacts'
import { chooseBoardFile } from '#github/board-file'
import { defined } from '#github/defined'
import { readEvent } from '#github/event'
import { fetchBuild } from '#github/fetch-build'
import type { InputReader } from '#github/inputs'
import { requireLabAccess } from '#github/lab-approval'
import { connect } from '#github/octokit'
import { fetchPlan, findCell } from '#github/plan-artifact'
import { readStageInputs, type StageInputs, workFolder } from '#github/stage-inputs'
import { decideTrust } from '#github/trust'
import type { LabRequest } from '#lab/lab-request'
import type { StageContext } from '#log/reporter'

/** Everything that boot-lab was asked. */
export interface LabInputs extends StageInputs {
  readonly attempt: number
  readonly name: string
  readonly request: LabRequest
}

/** A cell of the plan whose build made no kernel. */
export interface NothingToRun {
  readonly name: string
  readonly skip: string
}

/** Reads the inputs once, after the run has proved that it may use a lab: nothing is fetched before. */
export async function loadInputs(
  inputs: InputReader,
  environment: NodeJS.ProcessEnv,
  context: StageContext,
): Promise<LabInputs | NothingToRun> {
  const stage = readStageInputs(inputs, 'run', environment)
  const event = await readEvent(environment)
  await requireLabAccess(event, inputs.text('approval-environment'), () =>
    connect(inputs.required('token'), event.apiUrl, context.reporter),
  )
  const { trusted } = decideTrust(event)
  const boards = inputs.text('board-folder') ?? '/etc/lkft/boards'
  const given = readRequest(inputs)
  const { outputDir } = stage
  const base = { ...stage, attempt: event.attempt }
  if (stage.job === undefined) {
    const build = inputs.required('build')
    const boardFile = await chooseBoardFile(inputs.required('board'), { boards, trusted })
    const name = given.environment ?? inputs.required('board')
    return { ...base, name, request: { suites: inputs.lines('suites'), ...given, build, boardFile, outputDir } }
  }
  context.reporter.section(`Fetch job ${stage.job} of the plan`)
  const work = workFolder(environment)
  const plan = await fetchPlan(artifactStore, stage.scope, join(work, 'plan'))
  const cell = findCell(plan.jobs.labs, stage.job)
  if (cell.build === null) throw new LkftError('BAD_ARGUMENT', `the plan gives ${cell.name} no build`)
  const { name } = findCell(plan.jobs.builds, cell.build)
  const build = await fetchBuild(artifactStore, stage.scope, name, join(work, 'builds'))
  if ('skip' in build) return { name: cell.name, skip: build.skip }
  const boardFile = await chooseBoardFile(inputs.text('board') ?? cell.board, { boards, trusted, plan })
  const places = { planFolder: plan.files, source: '', outputDir }
  const request = { ...toLabRequest(cell, build.directory, places), ...given, boardFile, outputDir }
  return { ...base, name: cell.name, request }
}

function readRequest(inputs: InputReader): Partial<LabRequest> {
  const minutes = inputs.positive('timeout-minutes')
  return defined({
    suites: inputs.text('suites') === undefined ? undefined : inputs.lines('suites'),
    environment: inputs.text('environment'),
    rootfs: inputs.text('rootfs'),
    cacheServer: inputs.text('cache-server'),
    kernelArguments: inputs.text('boot-args') === undefined ? undefined : inputs.words('boot-args'),
    lockWaitSeconds: (inputs.positive('lock-wait-minutes') ?? 60) * 60,
    timeoutSeconds: minutes === undefined ? undefined : minutes * 60,
  })
}
