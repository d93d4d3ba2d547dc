import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile } from '#files/hash-file'
import { writeJsonAtomic } from '#files/write-atomic'

/** Builds that a store keeps; the longest unused go first. */
const mostKept = 100

const manifestName = 'manifest.json'

/** What a store knows of one build. */
interface Manifest {
  readonly version: 1
  readonly key: string
  /** sha256 of every file. */
  readonly files: Readonly<Record<string, string>>
}

/**
 * Copies a kept build into `output`, each file checked by its sha256.
 *
 * @returns the names; undefined when there is none or one file is not what it was,
 *   which is then forgotten
 */
export async function takeFromStore(
  store: string,
  key: string,
  output: string,
): Promise<readonly string[] | undefined> {
  const folder = join(store, key)
  const manifest = await readManifest(folder, key)
  if (manifest === undefined) return undefined
  const names = Object.keys(manifest.files)
  const copied = await Promise.all(
    names.map(async (name) => {
      const to = join(output, name)
      await copyFile(join(folder, name), `${to}.tmp`, constants.COPYFILE_FICLONE)
      return (await hashFile(`${to}.tmp`)) === manifest.files[name]
    }),
  ).catch(() => [false])
  if (copied.includes(false)) {
    for (const name of names) await rm(join(output, `${name}.tmp`), { force: true })
    await rm(folder, { recursive: true, force: true })
    return undefined
  }
  for (const name of names) await rename(join(output, `${name}.tmp`), join(output, name))
  const now = new Date()
  await utimes(folder, now, now).catch(() => {})
  return names
}

/** Keeps the named files of a finished build; one that is kept already stays. */
export async function putIntoStore(
  store: string,
  key: string,
  output: string,
  names: readonly string[],
): Promise<void> {
  const folder = join(store, key)
  if ((await readManifest(folder, key)) !== undefined) return
  const temporary = join(store, `${randomBytes(6).toString('hex')}.tmp`)
  await mkdir(temporary, { recursive: true })
  try {
    const files: Record<string, string> = {}
    for (const name of names) {
      await copyFile(join(output, name), join(temporary, name), constants.COPYFILE_FICLONE)
      files[name] = await hashFile(join(temporary, name))
    }
    const manifest: Manifest = { version: 1, key, files }
    await writeJsonAtomic(join(temporary, manifestName), manifest)
    await rename(temporary, folder).catch(async (error: NodeJS.ErrnoException) => {
      // Another build of the same was faster.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  await forgetOldest(store)
}

async function readManifest(folder: string, key: string): Promise<Manifest | undefined> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const manifest = JSON.parse(text) as Manifest
    // A name with a folder in it would leave the output directory.
    const isPlain = Object.keys(manifest.files).every((name) => /^[\w][\w.+-]*$/.test(name))
    return manifest.version === 1 && manifest.key === key && isPlain ? manifest : undefined
  } catch {
    return undefined
  }
}

async function forgetOldest(store: string): Promise<void> {
  const names = (await readdir(store)).filter((name) => /^[0-9a-f]{64}$/.test(name))
  if (names.length <= mostKept) return
  const used = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(store, name))).mtimeMs })))
  const oldest = used.sort((a, b) => a.at - b.at).slice(0, names.length - mostKept)
  for (const { name } of oldest) await rm(join(store, name), { recursive: true, force: true })
}
