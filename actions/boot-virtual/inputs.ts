import { join } from 'node:path'
import type { BootRequest } from '#boot/boot-request'
import { toBootRequest } from '#cli/run/cell-requests'
import { LkftError } from '#errors/lkft-error'
import { artifactStore } from '#github/artifacts'
import { defined } from '#github/defined'
import { fetchBuild } from '#github/fetch-build'
import type { InputReader } from '#github/inputs'
import { fetchPlan, findCell } from '#github/plan-artifact'
import { readStageInputs, type StageInputs, workFolder } from '#github/stage-inputs'
import type { StageContext } from '#log/reporter'

/** Everything that boot-virtual was asked. */
export interface BootInputs extends StageInputs {
  readonly attempt: number
  /** Name of the run, and of its artifact. */
  readonly name: string
  readonly request: BootRequest
}

/** A cell of the plan whose build made no kernel. */
export interface NothingToBoot {
  readonly name: string
  readonly skip: string
}

/** Reads the inputs once; a cell of the plan gives what `job` names, and its build is downloaded. */
export async function loadInputs(
  inputs: InputReader,
  environment: NodeJS.ProcessEnv,
  context: StageContext,
): Promise<BootInputs | NothingToBoot> {
  const stage = readStageInputs(inputs, 'run', environment)
  const attempt = Number(environment['GITHUB_RUN_ATTEMPT'] ?? '1')
  const given = readRequest(inputs)
  const { outputDir } = stage
  if (stage.job === undefined) {
    if (
      given.build === undefined &&
      given.kernel === undefined &&
      given.tuxbuild === undefined &&
      given.ssh === undefined
    ) {
      throw new LkftError('BAD_ARGUMENT', 'neither build, kernel nor job was given', {
        hint: "Give the directory that build-kernel wrote: 'build: ${{ steps.build.outputs.directory }}'.",
      })
    }
    const request = { ...given, outputDir, suites: inputs.lines('suites') }
    return { ...stage, attempt, name: given.environment ?? given.device ?? 'run', request }
  }
  context.reporter.section(`Fetch job ${stage.job} of the plan`)
  const work = workFolder(environment)
  const plan = await fetchPlan(artifactStore, stage.scope, join(work, 'plan'))
  const cell = findCell(plan.jobs.boots, stage.job)
  const places = { planFolder: plan.files, source: '', outputDir }
  const request = { ...toBootRequest(cell, undefined, places), ...given, outputDir }
  if (cell.build === null) return { ...stage, attempt, name: cell.name, request }
  const { name } = findCell(plan.jobs.builds, cell.build)
  const build = await fetchBuild(artifactStore, stage.scope, name, join(work, 'builds'))
  if ('skip' in build) return { name: cell.name, skip: build.skip }
  return { ...stage, attempt, name: cell.name, request: { ...request, build: build.directory } }
}

const buses = ['ide', 'scsi', 'virtio'] as const

function readSsh(inputs: InputReader): BootRequest['ssh'] {
  const host = inputs.text('ssh-host')
  if (host === undefined) return undefined
  const identityFile = inputs.text('ssh-identity-file')
  return { host, port: inputs.positive('ssh-port'), user: inputs.text('ssh-user'), identityFile }
}

function readRequest(inputs: InputReader): Partial<BootRequest> {
  const minutes = inputs.positive('timeout-minutes')
  const parameters = inputs.pairs('parameters')
  return defined({
    build: inputs.text('build'),
    kernel: inputs.text('kernel'),
    device: inputs.text('device'),
    suites: inputs.text('suites') === undefined ? undefined : inputs.lines('suites'),
    commands: inputs.text('commands') === undefined ? undefined : inputs.lines('commands'),
    modules: inputs.text('modules'),
    overlays: inputs.text('overlays') === undefined ? undefined : inputs.lines('overlays'),
    testDefinitions: inputs.text('test-definitions') === undefined ? undefined : inputs.lines('test-definitions'),
    skipFiles: inputs.text('skip-files') === undefined ? undefined : inputs.lines('skip-files'),
    expectedFailures: inputs.text('expected-failures') === undefined ? undefined : inputs.lines('expected-failures'),
    rootfs: inputs.text('rootfs'),
    partition: inputs.positive('partition'),
    diskBus: inputs.text('disk-bus') === undefined ? undefined : inputs.choice('disk-bus', buses, 'virtio'),
    dtb: inputs.text('dtb'),
    bios: inputs.text('bios'),
    pflash: inputs.text('pflash') === undefined ? undefined : inputs.lines('pflash'),
    tuxbuild: inputs.text('tuxbuild'),
    shared: inputs.text('shared'),
    ssh: readSsh(inputs),
    bootArgs: inputs.text('boot-args'),
    profile: inputs.choice('profile', ['lean', 'tuxrun'], 'lean'),
    machine: inputs.text('machine'),
    cpu: inputs.text('cpu'),
    smp: inputs.positive('smp'),
    qemuBinary: inputs.text('qemu-binary'),
    qemuArgs: inputs.text('qemu-args') === undefined ? undefined : inputs.lines('qemu-args'),
    network: inputs.flag('network', false),
    template: inputs.flag('template', false),
    bootTimeoutSeconds: inputs.positive('boot-timeout-seconds'),
    testTimeoutSeconds: inputs.positive('test-timeout-seconds'),
    silenceSeconds: inputs.positive('silence-seconds'),
    environment: inputs.text('environment'),
    accelerator: inputs.choice('accelerator', ['auto', 'kvm', 'tcg'], 'auto'),
    onWarning: inputs.choice('on-warning', ['fail', 'record', 'ignore'], 'record'),
    retries: inputs.positive('retries'),
    shards: inputs.positive('shards'),
    memory: inputs.text('memory'),
    secrets: inputs.pairs('secrets'),
    parameters: Object.keys(parameters).length === 0 ? undefined : parameters,
    cacheServer: inputs.text('cache-server'),
    timeoutSeconds: minutes === undefined ? undefined : minutes * 60,
  })
}
