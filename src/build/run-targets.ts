import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sourceArchitecture } from '#build/architectures'
import { type BuildSession, runInBuild } from '#build/build-session'
import { configure } from '#build/configure'
import type { RequestedSymbol } from '#build/check-kconfig'
import { readConfig } from '#build/kconfig-text'
import { makeCommand } from '#build/make-command'
import { imageOf } from '#build/image-file'
import { runStep } from '#build/run-step'
import type { Target, TargetFacts } from '#build/targets'
import type { MakeStep } from '#build/target-step'
import type { Build } from '#schema/documents'

export type TargetResult = Build['targets'][number]

/** What has come of a build so far; kept by the caller, so that an interruption loses nothing. */
export interface Progress {
  readonly results: TargetResult[]
  requested: readonly RequestedSymbol[]
  /** File names in the output directory, by target. */
  readonly artifacts: Map<string, readonly string[]>
}

/**
 * Builds the targets: the configuration, then one make call for all that may
 * share one, then what each needs beside it. When the joint call fails, each
 * target is settled by a make of its own.
 *
 * @throws BuildStopped, LkftError for what is not the kernel's fault
 */
export async function runTargets(session: BuildSession, progress: Progress): Promise<void> {
  const { plan, context } = session
  const needsConfig = plan.targets.some((target) => target.name === 'config')
  if (needsConfig) await runConfig(session, progress)
  const facts = await readFacts(session)
  const joint = await runJoint(session, facts, progress)
  for (const target of plan.targets) {
    if (target.name === 'config') continue
    context.reporter.section(target.name)
    const started = performance.now()
    const result = await runTarget(session, target, facts, progress, joint)
    const own = (performance.now() - started) / 1000
    const shared = joint.done.has(target.name)
    const duration = round(own + (shared ? joint.seconds : 0))
    progress.results.push({ name: target.name, duration_seconds: duration, shared, ...result })
  }
}

async function runConfig(session: BuildSession, progress: Progress): Promise<void> {
  session.context.reporter.section('config')
  const started = performance.now()
  const { failure, requested } = await configure(session)
  const copied = await runStep(session, { kind: 'copy', file: '.config', artifact: 'config' }, 'config')
  const dropped = requested.filter(({ status }) => status === 'dropped')
  for (const { symbol, value, reason } of dropped) {
    const message = `${symbol}=${value} was dropped: ${reason ?? 'no reason known'}`
    session.context.reporter.warn(message)
    session.diagnostics.add({ tool: 'kconfig', level: 'warning', message }, 'config')
  }
  const strict = session.plan.request.kconfigStrict && dropped.length > 0
  const reason = failure ?? (strict ? `dropped: ${dropped.map(({ symbol }) => symbol).join(', ')}` : copied.failure)
  progress.requested = requested
  progress.artifacts.set('config', copied.artifacts)
  progress.results.push({
    name: 'config',
    status: reason === null ? 'pass' : 'fail',
    duration_seconds: round((performance.now() - started) / 1000),
    shared: false,
    reason,
  })
}

interface Joint {
  /** Targets whose joint step is done. */
  readonly done: ReadonlySet<string>
  readonly seconds: number
}

async function runJoint(session: BuildSession, facts: TargetFacts, progress: Progress): Promise<Joint> {
  const will = new Set<string>(progress.results.filter(({ status }) => status === 'pass').map(({ name }) => name))
  const steps: { target: string; step: MakeStep }[] = []
  for (const target of session.plan.targets) {
    if (target.name === 'config' || !target.dependencies.every((name) => will.has(name))) continue
    if (target.skip?.(facts) !== undefined) continue
    will.add(target.name)
    const step = target.steps(facts).find((each) => each.kind === 'make' && each.joint === true)
    if (step !== undefined) steps.push({ target: target.name, step: step as MakeStep })
  }
  if (steps.length < 2) return { done: new Set(), seconds: 0 }
  session.context.reporter.section(steps.map(({ target }) => target).join(', '))
  const started = performance.now()
  const result = await runInBuild(session, makeCommand(session.make, joinSteps(steps.map(({ step }) => step))), {
    target: steps[0]?.target ?? 'default',
  })
  const seconds = (performance.now() - started) / 1000
  return { done: new Set(result.exitCode === 0 ? steps.map(({ target }) => target) : []), seconds }
}

/** One make step for several. */
export function joinSteps(steps: readonly MakeStep[]): Omit<MakeStep, 'kind'> {
  return {
    goals: [...new Set(steps.flatMap(({ goals }) => goals))],
    variables: Object.assign({}, ...steps.map(({ variables }) => variables ?? {})) as Record<string, string>,
  }
}

type Outcome = Pick<TargetResult, 'status' | 'reason'>

async function runTarget(
  session: BuildSession,
  target: Target,
  facts: TargetFacts,
  progress: Progress,
  joint: Joint,
): Promise<Outcome> {
  const broken = progress.results.find(({ status }) => status === 'fail')
  if (session.plan.request.failFast && broken !== undefined) {
    return { status: 'skip', reason: `${broken.name} failed before (--fail-fast)` }
  }
  const unmet = target.dependencies.find(
    (name) => !progress.results.some((result) => result.name === name && ['pass', 'warning'].includes(result.status)),
  )
  if (unmet !== undefined) return { status: 'skip', reason: `it needs ${unmet}, which did not pass` }
  const skip = target.skip?.(facts)
  if (skip !== undefined) return { status: 'skip', reason: skip }
  for (const step of target.steps(facts)) {
    if (step.kind === 'make' && step.joint === true && joint.done.has(target.name)) continue
    const { failure, artifacts } = await runStep(session, step, target.name)
    progress.artifacts.set(target.name, [...(progress.artifacts.get(target.name) ?? []), ...artifacts])
    if (failure !== null) return { status: target.nonfatal === true ? 'warning' : 'fail', reason: failure }
  }
  return { status: 'pass', reason: null }
}

async function readFacts({ plan, paths, runtime }: BuildSession): Promise<TargetFacts> {
  const text = await readFile(join(paths.build, '.config'), 'utf8').catch(() => '')
  const config = readConfig(text)
  return {
    symbol: (name) => config.get(name) ?? 'n',
    makefile: plan.source.makefile,
    archMakefile: plan.archMakefile,
    inSource: (path) => existsSync(join(plan.source.root, path)),
    srcarch: sourceArchitecture(plan.architecture),
    image: imageOf(plan.architecture, plan.request.kernelImage),
    build: runtime.seen.build,
    exportsHeaders: plan.architecture.noHeaders !== true,
    hasBootLog: plan.request.bootLog !== undefined,
  }
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
