import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PreparedBoot } from '#boot/prepare-boot'

/** A frozen machine on disk. */
export interface Template {
  readonly folder: string
  /** Word by which its runner knows the host. */
  readonly session: string
}

/** Where frozen machines are kept, and for how long. */
export interface TemplateStore {
  /** The one for this kernel command line, when there is one. */
  find(kernelArguments: readonly string[]): Promise<Template | undefined>
  /** An empty folder to freeze one into; `keep` makes it a template. */
  begin(): Promise<string>
  keep(folder: string, session: string, kernelArguments: readonly string[]): Promise<Template>
}

/** Templates in the cache folder; the oldest go when there are more. */
const mostKept = 8

export const memoryOf = (folder: string): string => join(folder, 'memory')
export const stateOf = (folder: string): string => join(folder, 'state')

/**
 * Opens the store.
 *
 * @param kept folder that outlives this run, with a template for each kernel, root
 *   file system, command line and QEMU; absent: what is made lives in `scratch`, for this run
 */
export async function openTemplateStore(
  prepared: PreparedBoot,
  scratch: string,
  kept: string | undefined,
): Promise<TemplateStore> {
  const digest = kept === undefined ? '' : await prepared.digest()
  const keyOf = (kernelArguments: readonly string[]): string => {
    const words = kernelArguments.filter((word) => !word.startsWith('lkft_session='))
    // The names of kernel and root file system may differ from run to run; their bytes are in the digest.
    const { argv } = prepared.command({ kernelArguments: words })
    const fixed = argv.map((word, index) => (['-kernel', '-initrd'].includes(argv[index - 1] ?? '') ? '' : word))
    return createHash('sha256')
      .update(JSON.stringify([digest, fixed]))
      .digest('hex')
      .slice(0, 20)
  }
  const root = kept ?? scratch
  await mkdir(root, { recursive: true })
  return {
    find: async (kernelArguments) =>
      kept === undefined ? undefined : read(join(kept, keyOf(kernelArguments))).catch(() => undefined),
    begin: async () => mkdtemp(join(root, 'freezing-')),
    keep: async (folder, session, kernelArguments) => {
      await writeFile(join(folder, 'session'), session)
      if (kept === undefined) return { folder, session }
      const place = join(kept, keyOf(kernelArguments))
      try {
        await rename(folder, place)
      } catch {
        // Another run was faster; its template is as good.
        await rm(folder, { recursive: true, force: true })
      }
      await removeOldest(kept)
      return read(place)
    },
  }
}

async function read(folder: string): Promise<Template> {
  const session = await readFile(join(folder, 'session'), 'utf8')
  for (const file of [memoryOf(folder), stateOf(folder)]) await stat(file)
  return { folder, session }
}

async function removeOldest(kept: string): Promise<void> {
  const rows: { readonly path: string; readonly time: number }[] = []
  for (const name of await readdir(kept)) {
    const path = join(kept, name)
    const entry = await stat(path).catch(() => undefined)
    if (entry !== undefined) rows.push({ path, time: entry.mtimeMs })
  }
  rows.sort((a, b) => b.time - a.time)
  for (const { path } of rows.slice(mostKept)) await rm(path, { recursive: true, force: true })
}
