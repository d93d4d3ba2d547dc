import type { BuildRequest } from '#build/build-request'
import { completeConfigCommands } from '#build/list-config-commands'
import { imageOf } from '#build/image-file'
import { makeCommand } from '#build/make-command'
import { openRuntime } from '#build/open-runtime'
import { makeSettings } from '#build/open-session'
import { artifactName, packCommand } from '#build/pack-artifact'
import { type BuildPlan, planBuild } from '#build/plan-build'
import { joinSteps } from '#build/run-targets'
import type { MakeStep, Step } from '#build/target-step'
import type { TargetFacts } from '#build/targets'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sourceArchitecture } from '#build/architectures'
import type { CommandLine } from '#process/command-line'

/**
 * The commands that `buildKernel` would run for this request, in order; runs
 * nothing. What only the final configuration decides (modules, XIP) is taken as
 * if it were set for modules and not for XIP.
 *
 * @throws LkftError as `buildKernel` does
 */
export async function listBuildCommands(request: BuildRequest): Promise<readonly CommandLine[]> {
  const plan = await planBuild(request)
  const runtime = openRuntime(plan)
  const settings = makeSettings(plan)
  const facts = expectedFacts(plan)
  const targets = plan.targets.filter((target) => target.name !== 'config' && target.skip?.(facts) === undefined)
  const steps = targets.map((target) => target.steps(facts))
  const joint = steps.flatMap((list) => list.filter(isJoint).slice(0, 1))
  const commands: CommandLine[] = []
  if (plan.targets.some(({ name }) => name === 'config')) commands.push(...completeConfigCommands(plan, settings))
  if (joint.length > 1) commands.push(makeCommand(settings, joinSteps(joint)))
  const packing: CommandLine[] = []
  const inside = commands.map((command) => runtime.wrap(command))
  for (const step of steps.flat()) {
    if (step.kind === 'make' && !(joint.length > 1 && isJoint(step)))
      inside.push(runtime.wrap(makeCommand(settings, step)))
    if (step.kind === 'archive' || step.kind === 'compress') packing.push(packCommandOf(plan, step))
  }
  return [...runtime.startCommands(), ...inside, ...packing]
}

function isJoint(step: Step): step is MakeStep {
  return step.kind === 'make' && step.joint === true
}

function packCommandOf(plan: BuildPlan, step: Extract<Step, { kind: 'archive' | 'compress' }>): CommandLine {
  const { compression } = plan.request
  const to = join(plan.paths.output, artifactName(step, compression))
  return packCommand(step, { build: plan.paths.build, compression, timestamp: plan.timestamp, to })
}

function expectedFacts(plan: BuildPlan): TargetFacts {
  return {
    symbol: (name) => (name === 'MODULES' ? 'y' : 'n'),
    makefile: plan.source.makefile,
    archMakefile: plan.archMakefile,
    inSource: (path) => existsSync(join(plan.source.root, path)),
    srcarch: sourceArchitecture(plan.architecture),
    image: imageOf(plan.architecture, plan.request.kernelImage),
    build: plan.seen.build,
    exportsHeaders: plan.architecture.noHeaders !== true,
    hasBootLog: plan.request.bootLog !== undefined,
  }
}
