import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildPlan } from '#build/plan-build'
import type { BuildSession } from '#build/build-session'
import { imageOf } from '#build/image-file'
import type { Progress } from '#build/run-targets'
import { compareWithBaseline, differenceFiles, writeDifference } from '#build/compare-with-baseline'
import { readCompilerCache } from '#build/compiler-cache'
import { describeMachine, folderBytes } from '#build/describe-machine'
import { toSarif } from '#build/diagnostics/sarif'
import { measureSizes, type Sizes } from '#build/measure-sizes'
import type { EnvironmentFound } from '#build/probe-environment'
import { hashFile } from '#files/hash-file'
import { lkftVersion } from '#files/version'
import { writeAtomic, writeJsonAtomic } from '#files/write-atomic'
import type { Build, Diagnostic } from '#schema/documents'

/** The record of a build that has just begun: `state: running`. */
export function startRecord(plan: BuildPlan, started: Date): Build {
  const { request, source } = plan
  return {
    version: 1,
    kind: 'build',
    state: 'running',
    verdict: null,
    cause: null,
    name: plan.name,
    started: started.toISOString(),
    finished: null,
    duration_seconds: 0,
    request: {
      target_arch: plan.architecture.name,
      toolchain: plan.toolchain.name,
      llvm: request.llvm,
      kconfig: request.kconfig,
      kconfig_add: [...request.kconfigAdd],
      targets: [...request.targets],
      make_variables: { ...request.makeVariables },
      environment: { ...request.environment },
      runtime: request.runtime,
      image: plan.image ?? null,
      jobs: request.jobs,
    },
    source: {
      kernel_version: source.version,
      kernel_release: null,
      git:
        source.git === null
          ? null
          : {
              commit: source.git.commit,
              branch: source.git.branch,
              describe: source.git.describe,
              dirty: source.git.dirty,
              url: source.git.url,
              tree: source.git.tree,
            },
    },
    compiler: null,
    container: null,
    targets: [],
    artifacts: [],
    kernel: null,
    kconfig: { sha256: null, requested: [] },
    diagnostics: { errors: 0, warnings: 0, by_flag: {} },
    reproduce: null,
    lkft: { version: lkftVersion() },
  }
}

/** What the end of a build knows beside its targets. */
export interface FinishedFacts {
  readonly environment: EnvironmentFound
  /** Seconds of each phase. */
  readonly phases: Readonly<Record<string, number>>
}

/** Writes diagnostics and what is compared, and fills in what the build has come to: targets, artifacts, sizes. */
export async function completeRecord(
  record: Build,
  session: BuildSession,
  progress: Progress,
  { environment, phases }: FinishedFacts,
): Promise<Build> {
  const { plan, paths, diagnostics } = session
  const built = await describeArtifacts(plan, paths.output, progress)
  const kernel = built.find(({ kind }) => kind === 'kernel')
  const sizes = await measureSizes(paths.build, kernel?.size ?? null)
  const items = diagnostics.items()
  await writeAtomic(join(paths.output, 'diagnostics.ndjson'), items.map((item) => `${JSON.stringify(item)}\n`).join(''))
  const { logs, baseline } = await writeMessages(plan, items, sizes)
  const artifacts = [...built, ...(await describeLogs(paths.output, ['build.log', 'diagnostics.ndjson'])), ...logs]
  const cache = await readCompilerCache(session)
  return {
    ...record,
    source: { ...record.source, kernel_release: await kernelRelease(paths.build) },
    container: session.runtime.container(),
    targets: progress.results,
    artifacts,
    kernel: kernel?.name ?? null,
    kconfig: {
      sha256: artifacts.find(({ kind }) => kind === 'config')?.sha256 ?? null,
      requested: [...progress.requested],
    },
    diagnostics: diagnostics.counts(),
    tools: { ...environment.tools },
    machine: await describeMachine(paths.output, environment),
    resources: { phases: { ...phases }, build_dir_bytes: await folderBytes(paths.build) },
    sizes,
    ...(cache === undefined ? {} : { compiler_cache: cache }),
    ...(baseline === undefined ? {} : { baseline }),
  }
}

/**
 * Compares the messages and sizes with the baseline and writes what the request
 * asks for beside diagnostics.ndjson.
 *
 * @returns what build.json says of it; `logs` are the files
 */
export async function writeMessages(
  plan: BuildPlan,
  items: readonly Diagnostic[],
  sizes: Sizes | undefined,
): Promise<{ readonly logs: readonly Artifact[]; readonly baseline?: NonNullable<Build['baseline']> }> {
  const { output } = plan.paths
  const names: string[] = []
  const compared = plan.baseline === undefined ? undefined : compareWithBaseline(plan.baseline, items, sizes)
  if (compared !== undefined) {
    await writeDifference(output, compared.difference)
    names.push(...differenceFiles)
  }
  if (plan.request.sarif) {
    const facts = { version: lkftVersion(), build: plan.name, fresh: compared?.difference.fresh }
    await writeJsonAtomic(join(output, 'diagnostics.sarif'), toSarif(items, facts))
    names.push('diagnostics.sarif')
  }
  const logs = await describeLogs(output, names)
  return { logs, ...(compared === undefined ? {} : { baseline: compared.summary }) }
}

async function describeLogs(output: string, names: readonly string[]): Promise<readonly Artifact[]> {
  return Promise.all(names.map(async (name) => describeFile(output, name, 'log')))
}

type Artifact = Build['artifacts'][number]

const kinds: Readonly<Record<string, Artifact['kind']>> = {
  'System.map': 'system-map',
  config: 'config',
  dtbs: 'dtbs',
  headers: 'headers',
  modules: 'modules',
  vmlinux: 'vmlinux',
}

async function describeArtifacts(plan: BuildPlan, output: string, progress: Progress): Promise<Artifact[]> {
  const image = imageOf(plan.architecture, plan.request.kernelImage).artifact
  const found: Artifact[] = []
  for (const [target, names] of progress.artifacts) {
    for (const name of names) {
      if (found.some((artifact) => artifact.name === name)) continue
      const isImage = target === 'xipkernel' || (target === 'kernel' && name === image)
      const kind = isImage ? 'kernel' : (kinds[name.replace(/(?:\.tar)?(?:\.zst|\.xz)?$/, '')] ?? 'other')
      found.push(await describeFile(output, name, kind))
    }
  }
  return found
}

async function describeFile(output: string, name: string, kind: Artifact['kind']): Promise<Artifact> {
  const file = join(output, name)
  const { size } = await stat(file)
  return { name, kind, size, sha256: await hashFile(file) }
}

async function kernelRelease(build: string): Promise<string | null> {
  const text = await readFile(join(build, 'include/config/kernel.release'), 'utf8').catch(() => '')
  return text.trim() === '' ? null : text.trim()
}

/** Replaces build.json. */
export async function writeRecord(output: string, record: Build): Promise<void> {
  await writeJsonAtomic(join(output, 'build.json'), record)
}

/** Names of artifacts that an earlier build left in the directory. */
export async function earlierArtifacts(output: string): Promise<readonly string[]> {
  const text = await readFile(join(output, 'build.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return []
  const there = new Set(await readdir(output))
  try {
    const record = JSON.parse(text) as { artifacts?: { name?: unknown }[] }
    const names = (record.artifacts ?? []).map(({ name }) => name)
    return names.filter((name): name is string => typeof name === 'string' && there.has(name))
  } catch {
    return []
  }
}
