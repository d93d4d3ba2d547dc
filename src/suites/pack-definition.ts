import { readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { cpioFile, cpioHeader, cpioTrailer, fileType } from '#files/cpio'
import { definitionScript, readTestDefinition, type TestDefinition } from '#suites/test-definition'

/** A definition and the files that its steps may use. */
export interface LocatedDefinition {
  readonly definition: TestDefinition
  /** Folder that is packed from; `files` are relative to it. */
  readonly root: string
  /** Folder of the definition, relative to `root`. */
  readonly folder: string
  readonly files: readonly string[]
}

/** Folders beside a definition or above it that definitions share: `automated/lib/sh-test-lib` and the like. */
const shared = ['lib', 'utils', 'bin']
const mostBytes = 64 * 1024 * 1024

/**
 * Finds what a definition needs: its own folder, and the shared folders up to the
 * top of the repository (where `.git` or `automated` is).
 *
 * @throws LkftError BAD_ARGUMENT when there is no such file, or it is no definition
 */
export async function locateDefinition(file: string): Promise<LocatedDefinition> {
  const path = resolve(file)
  const text = await readFile(path, 'utf8').catch(() => {
    throw new LkftError('BAD_ARGUMENT', `no such file: ${file}`)
  })
  const definition = readTestDefinition(text, file)
  const home = dirname(path)
  const root = await findRoot(home)
  if (root === undefined) return { definition, root: home, folder: '', files: [relative(home, path)] }
  const folders = new Set([home])
  for (let at = home; ; at = dirname(at)) {
    for (const name of shared) folders.add(join(at, name))
    if (at === root) break
  }
  const files = new Set<string>()
  for (const folder of folders) for (const found of await walk(folder)) files.add(relative(root, found))
  return { definition, root, folder: relative(root, home), files: [...files].toSorted() }
}

async function findRoot(home: string): Promise<string | undefined> {
  for (let at = home; at !== dirname(at); at = dirname(at)) {
    const names = await readdir(at)
    if (names.includes('.git') || names.includes('automated')) return at
  }
  return undefined
}

async function walk(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/.git/'))
}

/**
 * Writes the archive that puts definitions below `/lkft/definitions` of the root file system.
 *
 * @throws LkftError BAD_ARGUMENT when their files are more than an initramfs should carry
 */
export async function packDefinitions(definitions: readonly LocatedDefinition[], archive: string): Promise<string> {
  const parts: Buffer[] = []
  const folders = new Set<string>()
  const makeFolders = (path: string): void => {
    const words = path.split('/')
    for (let at = 1; at < words.length; at++) {
      const folder = words.slice(0, at).join('/')
      if (folders.has(folder)) continue
      folders.add(folder)
      parts.push(cpioHeader({ path: folder, mode: fileType.directory | 0o755, size: 0 }))
    }
  }
  let bytes = 0
  for (const { definition, root, folder, files } of definitions) {
    const home = `lkft/definitions/${definition.name}`
    for (const file of files) {
      const path = `${home}/files/${file}`
      makeFolders(path)
      const entry = await entryOf(join(root, file), path)
      bytes += entry.length
      if (bytes > mostBytes) throw tooLarge(definition)
      parts.push(entry)
    }
    const inside = `/${home}/files${folder === '' ? '' : `/${folder}`}`
    parts.push(cpioFile(`${home}/run.sh`, fileType.regular | 0o755, definitionScript(definition, inside)))
  }
  await writeFile(archive, Buffer.concat([...parts, cpioTrailer()]))
  return archive
}

/** A file, or a link as it is when it stays inside what is packed. */
async function entryOf(from: string, path: string): Promise<Buffer> {
  const target = await readlink(from).catch(() => undefined)
  if (target !== undefined) return cpioFile(path, fileType.link | 0o777, target)
  const { mode } = await stat(from)
  return cpioFile(path, fileType.regular | ((mode & 0o111) === 0 ? 0o644 : 0o755), await readFile(from))
}

function tooLarge(definition: TestDefinition): LkftError {
  const message = `the files of test definition ${definition.name} are more than ${mostBytes >> 20} MiB`
  return new LkftError('BAD_ARGUMENT', message, { hint: 'Give large files with --overlay.' })
}
