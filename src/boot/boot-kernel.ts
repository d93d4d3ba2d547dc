import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gatherInputs } from '#boot/boot-inputs'
import type { BootRequest } from '#boot/boot-request'
import { chooseDevice, kernelCommandLine, machineCommand, planMachine, portArgument } from '#boot/plan-boot'
import { prepareKernel } from '#boot/prepare-kernel'
import { chooseAccelerator } from '#boot/choose-accelerator'
import { reproduceCommand } from '#boot/reproduce-command'
import { toLkftError } from '#errors/lkft-error'
import { defaultCacheDirectory } from '#files/cache-directory'
import { hashFile } from '#files/hash-file'
import { lkftVersion } from '#files/version'
import type { StageContext } from '#log/reporter'
import { emulatorVersion, findEmulator } from '#machine/emulator'
import type { MachineConfig } from '#machine/machine-config'
import { startMachine } from '#machine/start-machine'
import { formatCommandLine } from '#process/command-line'
import { openRunDirectory, type RunDirectory } from '#results/run-directory'
import type { Run } from '#schema/documents'
import { findSuites } from '#suites/catalogue'
import { conductRun, type Life, type LifeRequest } from '#suites/conduct-run'
import { judgeRun } from '#suites/judge-run'
import { makeRootfs } from '#suites/make-rootfs'
import { defaultLimits } from '#suites/session'
import type { Suite } from '#suites/suite'

/**
 * Boots a kernel on a virtual device, runs the suites and writes the run
 * directory, which is valid at every moment. What the kernel or the emulator
 * does wrong is a verdict, not an error.
 *
 * @throws LkftError for the caller's faults, found before anything is started
 */
export async function bootKernel(request: BootRequest, context: StageContext): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-boot-'))
  try {
    return await bootIn(folder, request, context)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function bootIn(folder: string, request: BootRequest, context: StageContext): Promise<Run> {
  const suites = findSuites(request.suites.length === 0 ? ['boot'] : request.suites)
  const inputs = await gatherInputs(request, folder, context)
  const device = chooseDevice(request, inputs.arch)
  const accelerator = await chooseAccelerator(request, device, context)
  const plan = planMachine(request, device, accelerator, inputs)
  const program = await findEmulator(plan.program)
  const version = await emulatorVersion(program)
  const initial = firstRecord(request, inputs.facts, device.name, device.buildArch)
  await using directory = await openRunDirectory(request.outputDir, initial)
  try {
    const kernel = await prepareKernel(inputs.kernel, folder, context.signal)
    const cacheDirectory = request.cacheDirectory ?? defaultCacheDirectory()
    const initrd = inputs.rootfs ?? (await makeRootfs({ arch: device.userArch, cacheDirectory }, context))
    const sha256 = await hashFile(inputs.kernel)
    const config = (life: LifeRequest): MachineConfig => ({
      ...plan,
      program,
      kernel,
      initrd,
      commandLine: kernelCommandLine(plan, [portArgument(plan), ...life.kernelArguments], request),
    })
    const command = formatCommandLine(machineCommand(config({ kernelArguments: [], number: 1 }), request))
    await directory.update({
      kernel: { ...initial.kernel, sha256 },
      emulator: { program: plan.program, version, accelerator, command },
    })
    return await runOn(directory, request, suites, config, context)
  } catch (error) {
    return finishBroken(directory, error, context)
  }
}

async function runOn(
  directory: RunDirectory,
  request: BootRequest,
  suites: readonly Suite[],
  config: (life: LifeRequest) => MachineConfig,
  context: StageContext,
): Promise<Run> {
  const startLife = async (life: LifeRequest): Promise<Life> => {
    const command = machineCommand(config(life), request)
    context.reporter.section(life.number === 1 ? 'Boot' : `Boot again (${life.number})`)
    context.reporter.command(formatCommandLine(command))
    const started = performance.now()
    const machine = startMachine(command)
    return {
      console: machine.console,
      port: config(life).port ? machine.port : null,
      started,
      ended: machine.ended.then(({ message }) => message),
      [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
    }
  }
  const facts = await conductRun(
    {
      directory,
      suites,
      options: { commands: request.commands ?? [], parameters: request.parameters ?? {} },
      limits: { ...defaultLimits, bootSeconds: request.bootTimeoutSeconds ?? defaultLimits.bootSeconds },
      timeoutSeconds: request.timeoutSeconds,
      startLife,
    },
    context,
  )
  const judgement = judgeRun(facts, directory, request.onWarning ?? 'record')
  const { kernel } = directory.run()
  return directory.finish({
    ...judgement,
    kernel: { ...kernel, release: facts.release },
    reproduce: reproduceCommand(request),
  })
}

/** Ends the directory after an error or an interruption before the machine ran. */
async function finishBroken(directory: RunDirectory, thrown: unknown, { signal }: StageContext): Promise<Run> {
  if (signal.aborted) {
    const cause = { code: 'cancelled', message: 'interrupted' }
    return directory.finish({ state: 'cancelled', verdict: 'cancelled', cause })
  }
  const error = toLkftError(thrown)
  const { code, message, hint } = error
  const cause = { code, message, ...(hint === undefined ? {} : { hint }) }
  await directory.finish({ state: 'done', verdict: error.fault === 'caller' ? 'error' : 'infra', cause })
  throw error
}

function firstRecord(
  request: BootRequest,
  kernel: Omit<Run['kernel'], 'release' | 'sha256'>,
  device: string,
  arch: string,
): Run {
  return {
    version: 1,
    kind: 'run',
    state: 'running',
    verdict: null,
    cause: null,
    environment: request.environment ?? device,
    device,
    board: null,
    arch,
    started: new Date().toISOString(),
    finished: null,
    duration_seconds: 0,
    kernel: { release: null, sha256: null, ...kernel },
    suites: [],
    counts: { pass: 0, fail: 0, skip: 0, xfail: 0 },
    crashes: [],
    timings: { first_byte_seconds: null, boot_seconds: null },
    kernel_started: false,
    emulator: null,
    missing: [],
    reproduce: null,
    lkft: { version: lkftVersion() },
  }
}
