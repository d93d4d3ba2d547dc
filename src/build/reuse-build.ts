import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeMessages, writeRecord } from '#build/build-record'
import { readDiagnostics } from '#build/diagnostics/read-diagnostics'
import type { BuildPlan } from '#build/plan-build'
import { putIntoStore, takeFromStore } from '#build/reuse-store'
import { reuseKey } from '#build/reuse-key'
import { readStage } from '#files/stage-directory'
import type { StageContext } from '#log/reporter'
import type { Build } from '#schema/documents'

/** Files of a build directory that are no artifacts, and kept with them; the record last, so that it names only what is there. */
const besides = ['metadata.json', 'reproduce.sh', 'sbom.cdx.json', 'build.json']

/** Files that only this build's own request asks for. */
const ownFiles = /^diagnostics(?:-new|-fixed|\.sarif)/

/** A result that can be reused, or where to keep this build's. */
export interface Reuse {
  readonly build?: Build
  /** Undefined when this build has no key. */
  readonly key?: string
}

/**
 * Looks whether a build was made before, and if so puts it into the output
 * directory as it was, with the difference to this request's own baseline.
 *
 * @throws LkftError CONTAINER_FAILED
 */
export async function reuseBuild(plan: BuildPlan, context: StageContext): Promise<Reuse> {
  const { reuse } = plan.request
  if (reuse === undefined) return {}
  const named = await reuseKey(plan, context)
  if ('why' in named) {
    context.reporter.info(`no result can be reused: ${named.why}`)
    return {}
  }
  const { key } = named
  const started = new Date()
  const names = await takeFromStore(reuse.directory, key, plan.paths.output)
  if (names === undefined) return { key }
  const kept = await readStage('build', plan.paths.output).catch(() => undefined)
  if (kept?.verdict !== 'pass') {
    for (const name of names) await rm(join(plan.paths.output, name), { force: true })
    return { key }
  }
  const build = await renew(plan, kept, { key, started })
  await writeRecord(plan.paths.output, build)
  context.reporter.info(`reused the build of ${kept.finished ?? kept.started}`)
  return { build, key }
}

async function renew(
  plan: BuildPlan,
  kept: Build,
  { key, started }: { readonly key: string; readonly started: Date },
): Promise<Build> {
  const { output } = plan.paths
  const diagnostics = await readDiagnostics(join(output, 'diagnostics.ndjson'))
  const { logs, baseline } = await writeMessages(plan, diagnostics, kept.sizes)
  const finished = new Date()
  return {
    ...kept,
    name: plan.name,
    started: started.toISOString(),
    finished: finished.toISOString(),
    duration_seconds: (finished.getTime() - started.getTime()) / 1000,
    artifacts: [...kept.artifacts, ...logs],
    ...(baseline === undefined ? {} : { baseline }),
    reused: { key, built: kept.finished ?? kept.started },
  }
}

/** Keeps a build that passed for later ones, where this one may write. */
export async function keepBuild(plan: BuildPlan, build: Build, key: string): Promise<void> {
  const { reuse } = plan.request
  if (reuse?.write !== true || build.state !== 'done' || build.verdict !== 'pass') return
  const { baseline: _baseline, ...lasting } = build
  const artifacts = build.artifacts.filter(({ name }) => !ownFiles.test(name))
  const { output } = plan.paths
  // For the moment of keeping, the record is the one that every later build can take.
  await writeRecord(output, { ...lasting, artifacts })
  await putIntoStore(reuse.directory, key, output, [...artifacts.map(({ name }) => name), ...besides])
  await writeRecord(output, build)
}
