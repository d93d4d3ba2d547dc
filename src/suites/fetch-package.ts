import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import { type CommandLine, formatCommandLine } from '#process/command-line'
import { runCommand, runForOutput } from '#process/run-command'

const archive = 'http://ftp.debian.org/debian'
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** A Debian package of any architecture. */
export interface PackageRequest {
  readonly name: string
  readonly debianArch: string
  /** Debian releases to look in, in order. */
  readonly releases: readonly string[]
  readonly cacheDirectory: string
  /** Fetches the first of the package's dependencies that matches instead: what a metapackage stands for. */
  readonly dependency?: RegExp
}

/**
 * Fetches a Debian package by apt in a root of its own, so that the machine's
 * architectures, sources and package lists stay as they are, and unpacks it. apt
 * checks signatures. Kept in the cache folder for ever.
 *
 * @returns folder that holds the package's files
 * @throws LkftError FETCH_FAILED, TOOL_MISSING
 */
export async function fetchPackage(request: PackageRequest, context: StageContext): Promise<string> {
  const { name, debianArch, releases, cacheDirectory } = request
  const folder = join(cacheDirectory, 'debian', `${name}-${debianArch}`)
  if (await exists(folder)) return folder
  const failures: unknown[] = []
  for (const release of releases) {
    try {
      context.reporter.status(`fetching ${name} for ${debianArch} from Debian ${release}`)
      await fetchFrom(release, request, folder, context.signal)
      return folder
    } catch (error) {
      context.signal.throwIfAborted()
      failures.push(error)
    }
  }
  throw failures[0]
}

async function fetchFrom(
  release: string,
  { name, debianArch, dependency }: PackageRequest,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const root = `${folder}.${process.pid}`
  try {
    const options = await prepareRoot(root, debianArch, release)
    await run({ argv: ['apt-get', ...options, '-q', 'update'] }, signal)
    const wanted = dependency === undefined ? name : await findDependency(options, name, dependency, signal)
    await run({ argv: ['apt-get', ...options, '-q', 'download', wanted], cwd: root }, signal)
    const file = (await readdir(root)).find((entry) => entry.endsWith('.deb'))
    if (file === undefined) throw new LkftError('FETCH_FAILED', `apt-get left no package of ${name} for ${debianArch}`)
    await runForOutput({ argv: ['dpkg-deb', '-x', join(root, file), join(root, 'files')] }, { signal })
    await rename(join(root, 'files'), folder).catch(async (error: unknown) => {
      if (!(await exists(folder))) throw error
    })
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function findDependency(
  options: readonly string[],
  name: string,
  wanted: RegExp,
  signal: AbortSignal,
): Promise<string> {
  const text = await runForOutput({ argv: ['apt-cache', ...options, 'depends', name] }, { signal })
  const found = text
    .split('\n')
    .map((line) => /^ *\|?Depends: (\S+)$/.exec(line)?.[1])
    .find((dependency) => dependency !== undefined && wanted.test(dependency))
  if (found !== undefined) return found
  throw new LkftError('FETCH_FAILED', `${name} depends on no package like ${wanted.source}`)
}

/** Folders and a source list of apt's own; gives the options that make apt use them. */
async function prepareRoot(root: string, debianArch: string, release: string): Promise<readonly string[]> {
  for (const folder of ['lists/partial', 'archives/partial']) await mkdir(join(root, folder), { recursive: true })
  await writeFile(join(root, 'status'), '')
  const uri = await configuredArchive()
  await writeFile(join(root, 'lkft.list'), `deb [signed-by=${keyring}] ${uri} ${release} main\n`)
  const settings = {
    'APT::Architecture': debianArch,
    'APT::Architectures': debianArch,
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Dir::Cache': root,
    'Dir::Etc::sourcelist': join(root, 'lkft.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State': root,
    'Dir::State::lists': join(root, 'lists'),
    'Dir::State::status': join(root, 'status'),
  }
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])
}

/** The mirror that this machine's own apt uses for Debian, else Debian's. */
async function configuredArchive(): Promise<string> {
  const folder = '/etc/apt/sources.list.d'
  const listed = await readdir(folder).catch(() => [])
  for (const file of ['/etc/apt/sources.list', ...listed.map((name) => join(folder, name))]) {
    const text = await readFile(file, 'utf8').catch(() => '')
    const found = /^(?:URIs:|deb(?: \[[^\]]*\])?) (https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(text)
    if (found?.[1] !== undefined) return found[1]
  }
  return archive
}

async function run(command: CommandLine, signal: AbortSignal): Promise<void> {
  const result = await runCommand(command, { signal, timeoutMs: 300_000 })
  signal.throwIfAborted()
  if (result.exitCode === 0) return
  const last = result.stderr.trimEnd().split('\n').at(-1) ?? ''
  throw new LkftError('FETCH_FAILED', `${formatCommandLine(command).slice(0, 60)}… failed: ${last}`, {
    hint: 'lkft fetches busybox-static by apt-get; see whether this machine reaches a Debian mirror.',
  })
}

async function exists(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  )
}
