import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildPlan } from '#build/plan-build'
import type { BuildSession } from '#build/build-session'
import { imageOf } from '#build/image-file'
import type { Progress } from '#build/run-targets'
import { hashFile } from '#files/hash-file'
import { lkftVersion } from '#files/version'
import { writeAtomic, writeJsonAtomic } from '#files/write-atomic'
import type { Build } from '#schema/documents'

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

/** Fills in what the build has come to: targets, artifacts with sizes and hashes, diagnostics. */
export async function completeRecord(record: Build, session: BuildSession, progress: Progress): Promise<Build> {
  const { plan, paths, diagnostics } = session
  const artifacts = await describeArtifacts(plan, paths.output, progress)
  return {
    ...record,
    source: { ...record.source, kernel_release: await kernelRelease(paths.build) },
    container: session.runtime.container(),
    targets: progress.results,
    artifacts,
    kernel: artifacts.find(({ kind }) => kind === 'kernel')?.name ?? null,
    kconfig: {
      sha256: artifacts.find(({ kind }) => kind === 'config')?.sha256 ?? null,
      requested: [...progress.requested],
    },
    diagnostics: diagnostics.counts(),
  }
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
  for (const name of ['build.log', 'diagnostics.ndjson']) found.push(await describeFile(output, name, 'log'))
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

/** Writes diagnostics.ndjson, one message a line. */
export async function writeDiagnostics(session: BuildSession): Promise<void> {
  const lines = session.diagnostics.items().map((item) => `${JSON.stringify(item)}\n`)
  await writeAtomic(join(session.paths.output, 'diagnostics.ndjson'), lines.join(''))
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
