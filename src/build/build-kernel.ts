import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openBuildLog } from '#build/build-log'
import { earlierArtifacts, completeRecord, startRecord, writeDiagnostics, writeRecord } from '#build/build-record'
import type { BuildRequest } from '#build/build-request'
import { type BuildSession, BuildStopped } from '#build/build-session'
import { endBuild, type Ending } from '#build/end-build'
import { type BuildPlan, planBuild } from '#build/plan-build'
import { openSession } from '#build/open-session'
import { probeCompiler } from '#build/probe-compiler'
import { writeReproducer } from '#build/reproduce-script'
import { runHooks } from '#build/run-hooks'
import { type Progress, runTargets } from '#build/run-targets'
import { writeMetadata } from '#build/tuxmake-metadata'
import { withCompat } from '#build/with-compat'
import { toLkftError } from '#errors/lkft-error'
import { createStageDirectory } from '#files/stage-directory'
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
  const plan = await planBuild(request, context.signal)
  const started = new Date()
  await createStageDirectory(plan.paths.output)
  const stale = await earlierArtifacts(plan.paths.output)
  let record = startRecord(plan, started)
  await writeRecord(plan.paths.output, record)
  // Files of the build must not carry the umask of whoever started it.
  const umask = process.umask(0o022)
  try {
    record = await buildInto(plan, context, record, stale)
    return record
  } finally {
    process.umask(umask)
  }
}

async function buildInto(
  plan: BuildPlan,
  context: StageContext,
  begun: Build,
  stale: readonly string[],
): Promise<Build> {
  const { output, build } = plan.paths
  const progress: Progress = { results: [], requested: [], artifacts: new Map() }
  using log = openBuildLog(join(output, 'build.log'))
  let session = openSession(plan, context, log)
  let record = begun
  let thrown: unknown
  try {
    await using runtime = session.runtime
    // What a cut-off build left there is not to be taken for this one's.
    if (plan.request.buildDir === undefined) await rm(build, { recursive: true, force: true, maxRetries: 3 })
    await createStageDirectory(build)
    await runtime.start(context)
    session = await withCompat(session)
    record = { ...record, compiler: await probeCompiler(session), container: runtime.container() }
    await writeMetadata(session, record, progress)
    if (context.signal.aborted) throw new BuildStopped('cancelled', 'the build was interrupted')
    await runHooks(session, 'preBuild')
    await runTargets(session, progress)
    if (!progress.results.some(({ status }) => status === 'fail')) {
      await runHooks(session, 'postBuild')
      await runHooks(session, 'results')
    }
  } catch (error) {
    thrown = error
  }
  const ending = endBuild(session, progress, thrown)
  try {
    return await finish(session, record, progress, ending, stale).catch(async (error: unknown) => {
      // A full disk: without the objects there is room for the record, which then says so.
      if (toLkftError(error).code !== 'DISK_FULL' || plan.request.buildDir !== undefined) throw error
      await rm(build, { recursive: true, force: true, maxRetries: 3 })
      return finish(session, record, progress, endBuild(session, progress, thrown ?? error), stale)
    })
  } finally {
    if (plan.request.buildDir === undefined) await rm(build, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function finish(
  session: BuildSession,
  begun: Build,
  progress: Progress,
  ending: Ending,
  stale: readonly string[],
): Promise<Build> {
  const { output } = session.paths
  await writeDiagnostics(session)
  const finished = new Date()
  const filled = await completeRecord(begun, session, progress)
  const record: Build = {
    ...filled,
    state: ending.state,
    verdict: ending.verdict,
    cause: ending.cause,
    finished: finished.toISOString(),
    duration_seconds: (finished.getTime() - Date.parse(begun.started)) / 1000,
  }
  const current = new Set(record.artifacts.map(({ name }) => name))
  for (const name of stale) if (!current.has(name)) await rm(join(output, name), { force: true })
  record.reproduce = await writeReproducer(session, record)
  await writeMetadata(session, record, progress)
  await writeRecord(output, record)
  return record
}
