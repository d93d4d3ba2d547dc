import { readdir, readFile } from 'node:fs/promises'
import { release, type as osType, version } from 'node:os'
import { join } from 'node:path'
import type { BuildSession } from '#build/build-session'
import type { Progress } from '#build/run-targets'
import { splitWords } from '#process/split-words'
import { writeJsonAtomic } from '#files/write-atomic'
import { lkftVersion } from '#files/version'
import type { Build } from '#schema/documents'

const statuses = { pass: 'PASS', fail: 'FAIL', skip: 'SKIP', warning: 'WARNING' } as const

/** Folders below the build directory that an archive is made of, by target: TuxMake lists what is in them. */
const listed: Readonly<Record<string, readonly [folder: string, content: string]>> = {
  cpupower: ['cpupower-install', ''],
  dtbs: ['dtbsinstall', 'dtbs'],
  kselftest: ['kselftest_install', ''],
  modules: ['modinstall', 'lib'],
  perf: ['perf-install', ''],
}

/** Writes metadata.json in TuxMake's form, so that its users' tools go on working; what is unknown is left out. */
export async function writeMetadata(session: BuildSession, record: Build, progress: Progress): Promise<void> {
  const groups = tuxmakeMetadata(session, record)
  if (record.state !== 'running') {
    groups['results'] = results(record, progress)
    groups['artifacts'] = await listArchives(session.paths.build, record)
    groups['system_map'] = await textOffset(join(session.paths.output, 'System.map'))
  }
  await writeJsonAtomic(join(session.paths.output, 'metadata.json'), sortKeys(withoutEmpty(groups)))
}

type Group = Record<string, unknown>

function tuxmakeMetadata(session: BuildSession, record: Build): Record<string, Group> {
  const { plan } = session
  const { git } = plan.source
  const mebibytes = (bytes: number | undefined): number | undefined =>
    bytes === undefined ? undefined : Math.round(bytes / 1024 / 1024)
  const { machine, sizes, compiler_cache: cache, resources } = record
  return {
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
      reproducer_cmdline: record.tuxmake == null ? undefined : splitWords(record.tuxmake),
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
        : { name: record.compiler.name, version: record.compiler.version, version_full: record.compiler.full },
    os: { name: machine?.system, version: machine?.system_version },
    uname: {
      kernel: osType(),
      kernel_release: release(),
      kernel_version: version(),
      machine: machine?.machine,
      operating_system: osType() === 'Linux' ? 'GNU/Linux' : undefined,
    },
    tools: record.tools ?? {},
    hardware: {
      cores: machine?.cores,
      ram: mebibytes(machine?.memory_bytes),
      free_disk_space: mebibytes(machine?.disk_free_bytes),
    },
    resources: { disk_space: mebibytes(resources?.build_dir_bytes) },
    vmlinux: { file_size: sizes?.vmlinux, text_size: sizes?.text, data_size: sizes?.data, bss_size: sizes?.bss },
    ...(cache === undefined ? {} : { [cache.tool]: { cache_hits: cache.hits, cache_misses: cache.misses } }),
  }
}

function runtimeGroup({ container }: Build): Group {
  if (container === null) return {}
  const tag = /:([^/:@]+)(?:@|$)/.exec(container.image.replace(/@.*/, ''))?.[1]
  return { image_name: container.image, image_digest: container.digest, image_tag: tag }
}

function results(record: Build, progress: Progress): Group {
  const failed = record.verdict !== 'pass'
  const warned = record.targets.some(({ status }) => status === 'warning')
  const { validate, prepare, build } = record.resources?.phases ?? {}
  return {
    status: failed ? 'FAIL' : warned ? 'WARNING' : 'PASS',
    targets: Object.fromEntries(
      record.targets.map(({ name, status, duration_seconds }) => [
        name,
        { status: statuses[status], duration: duration_seconds },
      ]),
    ),
    artifacts: {
      ...Object.fromEntries(progress.artifacts),
      log: record.artifacts.filter(({ kind }) => kind === 'log').map(({ name }) => name),
    },
    errors: record.diagnostics.errors,
    warnings: record.diagnostics.warnings,
    duration: withoutUnknown({ validate, prepare, build: build ?? record.duration_seconds }),
  }
}

async function listArchives(build: string, record: Build): Promise<Group> {
  const packed = record.targets.filter(({ name, status }) => name in listed && ['pass', 'warning'].includes(status))
  const lists = packed.map(async ({ name }) => {
    const [folder, content] = listed[name] ?? ['', '']
    const root = join(build, folder)
    const entries = await readdir(join(root, content), { recursive: true, withFileTypes: true }).catch(() => [])
    const names = entries
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1) + (entry.isDirectory() ? '/' : ''))
      .filter((path) => !/^lib\/modules\/[^/]+\/(?:build|source)$/.test(path))
    return [name, names.sort()] as const
  })
  return Object.fromEntries(await Promise.all(lists))
}

async function textOffset(systemMap: string): Promise<Group> {
  const text = await readFile(systemMap, 'utf8').catch(() => '')
  return { text_offset: /^0*([0-9a-f]+) \w _text$/m.exec(text)?.[1]?.replace(/^/, '0x') }
}

function withoutUnknown(group: Group): Group {
  return Object.fromEntries(Object.entries(group).filter(([, value]) => value !== null && value !== undefined))
}

function withoutEmpty(groups: Record<string, Group>): Record<string, Group> {
  const filled = Object.entries(groups).map(([name, group]): [string, Group] => [name, withoutUnknown(group)])
  return Object.fromEntries(filled.filter(([, group]) => Object.keys(group).length > 0))
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]))
}
