import { cpus, release, totalmem, type as osType, version, arch as machine } from 'node:os'
import { join } from 'node:path'
import type { BuildSession } from '#build/build-session'
import type { Progress } from '#build/run-targets'
import { writeJsonAtomic } from '#files/write-atomic'
import { lkftVersion } from '#files/version'
import type { Build } from '#schema/documents'

const statuses = { pass: 'PASS', fail: 'FAIL', skip: 'SKIP', warning: 'WARNING' } as const

/** Writes metadata.json in TuxMake's form, so that its users' tools go on working; what is unknown is left out. */
export async function writeMetadata(session: BuildSession, record: Build, progress: Progress): Promise<void> {
  const metadata = tuxmakeMetadata(session, record, progress)
  await writeJsonAtomic(join(session.paths.output, 'metadata.json'), sortKeys(metadata))
}

type Group = Record<string, unknown>

function tuxmakeMetadata(session: BuildSession, record: Build, progress: Progress): Record<string, Group> {
  const { plan } = session
  const { git } = plan.source
  const groups: Record<string, Group> = {
    build: {
      targets: plan.targets.map(({ name }) => name),
      target_arch: record.request.target_arch,
      toolchain: record.request.toolchain,
      wrapper: plan.request.wrapper,
      environment: record.request.environment,
      kconfig: record.request.kconfig,
      kconfig_add: record.request.kconfig_add,
      jobs: record.request.jobs,
      runtime: record.request.runtime,
      verbose: plan.request.verbose,
    },
    tuxmake: { version: `lkft ${lkftVersion()}` },
    runtime: runtimeGroup(record),
    source: { kernelversion: record.source.kernel_version, kernelrelease: record.source.kernel_release },
    git:
      git === null
        ? {}
        : { git_describe: git.describe, git_branch: git.branch, git_commit: git.commit, git_url: git.url },
    compiler:
      record.compiler === null
        ? {}
        : {
            name: record.compiler.name,
            version: record.compiler.version,
            version_full: record.compiler.full,
          },
    uname: { kernel: osType(), kernel_release: release(), kernel_version: version(), machine: machine() },
    hardware: { cores: cpus().length, ram: Math.round(totalmem() / 1024 / 1024) },
  }
  if (record.state !== 'running') groups['results'] = results(record, progress)
  return withoutEmpty(groups)
}

function runtimeGroup({ container }: Build): Group {
  if (container === null) return {}
  return { image_name: container.image, image_digest: container.digest }
}

function results(record: Build, progress: Progress): Group {
  const failed = record.verdict !== 'pass'
  const warned = record.targets.some(({ status }) => status === 'warning')
  return {
    status: failed ? 'FAIL' : warned ? 'WARNING' : 'PASS',
    targets: Object.fromEntries(
      record.targets.map(({ name, status, duration_seconds }) => [
        name,
        { status: statuses[status], duration: duration_seconds },
      ]),
    ),
    artifacts: { ...Object.fromEntries(progress.artifacts), log: ['build.log'] },
    errors: record.diagnostics.errors,
    warnings: record.diagnostics.warnings,
    duration: { build: record.duration_seconds },
  }
}

function withoutEmpty(groups: Record<string, Group>): Record<string, Group> {
  const filled = Object.entries(groups).map(([name, group]): [string, Group] => [
    name,
    Object.fromEntries(Object.entries(group).filter(([, value]) => value !== null && value !== undefined)),
  ])
  return Object.fromEntries(filled.filter(([, group]) => Object.keys(group).length > 0))
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]))
}
