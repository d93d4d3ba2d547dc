import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openBuildLog } from '#build/build-log'
import { earlierArtifacts, completeRecord, startRecord, writeRecord } from '#build/build-record'
import type { BuildRequest } from '#build/build-request'
import { type BuildSession, BuildStopped } from '#build/build-session'
import { startCompilerCache, stopCompilerCache } from '#build/compiler-cache'
import { endBuild, type Ending } from '#build/end-build'
import { openShell } from '#build/open-shell'
import { type BuildPlan, planBuild } from '#build/plan-build'
import { openSession } from '#build/open-session'
import { probeCompiler } from '#build/probe-compiler'
import { type EnvironmentFound, probeEnvironment } from '#build/probe-environment'
import { writeReproducer } from '#build/reproduce-script'
import { keepBuild, reuseBuild } from '#build/reuse-build'
import { runHooks } from '#build/run-hooks'
import { type Progress, runTargets } from '#build/run-targets'
import { billOfMaterials } from '#build/sbom'
import { tuxmakeLine } from '#build/tuxmake/tuxmake-line'
import { writeMetadata } from '#build/tuxmake-metadata'
import { withCompat } from '#build/with-compat'
import { LkftError, toLkftError } from '#errors/lkft-error'
import { createStageDirectory } from '#files/stage-directory'
import { writeJsonAtomic } from '#files/write-atomic'
import type { StageContext } from '#log/reporter'
import type { Build } from '#schema/documents'

/**
 * Builds a kernel into a build directory and gives its record, build.json.
 * A kernel that does not build is a verdict, not an exception; the directory is
 * valid whatever happens, and marked cancelled after an interruption.
 *
 * @throws LkftError for the caller's fault, before anything is written; for a
 *   directory that cannot be written at all
 */
export async function buildKernel(request: BuildRequest, context: StageContext): Promise<Build> {
  const clock = startClock()
  const plan = await planBuild(request, context.signal)
  clock.next('prepare')
  const started = new Date()
  await createStageDirectory(plan.paths.output)
  const stale = await earlierArtifacts(plan.paths.output)
  const reuse = await reuseBuild(plan, context)
  if (reuse.build !== undefined) {
    await removeStale(plan.paths.output, stale, reuse.build)
    return reuse.build
  }
  const record = startRecord(plan, started)
  await writeRecord(plan.paths.output, record)
  // Files of the build must not carry the umask of whoever started it.
  const umask = process.umask(0o022)
  try {
    const build = await buildInto(plan, context, { record, stale, clock })
    if (reuse.key !== undefined) await keepBuild(plan, build, reuse.key)
    return build
  } finally {
    process.umask(umask)
  }
}

/** What was known when the build began. */
interface Begun {
  readonly record: Build
  /** Artifacts that an earlier build left. */
  readonly stale: readonly string[]
  readonly clock: Clock
}

async function buildInto(plan: BuildPlan, context: StageContext, begun: Begun): Promise<Build> {
  const { output, build } = plan.paths
  const progress: Progress = { results: [], requested: [], artifacts: new Map() }
  using log = openBuildLog(join(output, 'build.log'))
  let session = openSession(plan, context, log)
  let { record } = begun
  let thrown: unknown
  let environment: Promise<EnvironmentFound> | undefined
  try {
    await using runtime = session.runtime
    try {
      // What a cut-off build left there is not to be taken for this one's.
      if (plan.request.buildDir === undefined) await rm(build, { recursive: true, force: true, maxRetries: 3 })
      await createStageDirectory(build)
      await runtime.start(context)
      session = await withCompat(session)
      record = { ...record, compiler: await probeCompiler(session), container: runtime.container() }
      if (record.compiler === null && plan.toolchain.family === 'korg-gcc') throw noKorgGcc(session.plan)
      await writeMetadata(session, record, progress)
      if (context.signal.aborted) throw new BuildStopped('cancelled', 'the build was interrupted')
      // Beside the configuration, so that it takes no time of its own.
      environment = probeEnvironment(runtime, session.make.environment, context.signal)
      await runHooks(session, 'preBuild')
      await startCompilerCache(session)
      begun.clock.next('build')
      await runTargets(session, progress)
      if (!progress.results.some(({ status }) => status === 'fail')) {
        await runHooks(session, 'postBuild')
        await runHooks(session, 'results')
      }
    } catch (error) {
      thrown = error
    }
    begun.clock.next('finish')
    const ended = { ...begun, record, environment: await environment }
    const ending = endBuild(session, progress, thrown)
    record = await finish(session, progress, ended, ending).catch(async (error: unknown) => {
      // A full disk: without the objects there is room for the record, which then says so.
      if (toLkftError(error).code !== 'DISK_FULL' || plan.request.buildDir !== undefined) throw error
      await rm(build, { recursive: true, force: true, maxRetries: 3 })
      return finish(session, progress, ended, endBuild(session, progress, thrown ?? error))
    })
    await stopCompilerCache(session)
    if (plan.request.shell && record.state === 'done') await openShell(session)
    return record
  } finally {
    if (plan.request.buildDir === undefined) await rm(build, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function finish(
  session: BuildSession,
  progress: Progress,
  { record: begun, stale, clock, environment }: Begun & { readonly environment: EnvironmentFound | undefined },
  ending: Ending,
): Promise<Build> {
  const { output } = session.paths
  const filled = await completeRecord(begun, session, progress, {
    environment: environment ?? { tools: {}, system: null, systemVersion: null },
    phases: clock.seconds(),
  })
  const finished = new Date()
  const record: Build = {
    ...filled,
    state: ending.state,
    verdict: ending.verdict,
    cause: ending.cause,
    finished: finished.toISOString(),
    duration_seconds: (finished.getTime() - Date.parse(begun.started)) / 1000,
    tuxmake: tuxmakeLine(session.plan) ?? null,
  }
  await removeStale(output, stale, record)
  record.reproduce = await writeReproducer(session, record)
  await writeJsonAtomic(join(output, 'sbom.cdx.json'), billOfMaterials(record, session.plan.timestamp))
  await writeMetadata(session, record, progress)
  await writeRecord(output, record)
  return record
}

/** Every make call would fail, and say it less clearly. */
function noKorgGcc({ compiler, toolchain }: BuildPlan): LkftError {
  return new LkftError('TOOL_MISSING', `there is no ${compiler}`, {
    hint: `lkft does not fetch kernel.org's compilers: unpack ${toolchain.name} into the build directory, or use gcc.`,
  })
}

async function removeStale(output: string, stale: readonly string[], { artifacts }: Build): Promise<void> {
  const current = new Set(artifacts.map(({ name }) => name))
  for (const name of stale) if (!current.has(name)) await rm(join(output, name), { force: true })
}

/** Seconds of each phase, the running one included. */
interface Clock {
  next(phase: string): void
  readonly seconds: () => Readonly<Record<string, number>>
}

function startClock(): Clock {
  const begins: [string, number][] = [['validate', performance.now()]]
  return {
    next: (phase) => void begins.push([phase, performance.now()]),
    seconds: () =>
      Object.fromEntries(
        begins.map(([phase, from], index) => {
          const to = begins[index + 1]?.[1] ?? performance.now()
          return [phase, Math.round(to - from) / 1000]
        }),
      ),
  }
}
