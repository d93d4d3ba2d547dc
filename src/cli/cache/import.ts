import { readFile } from 'node:fs/promises'
import { importKissCache, readList } from '#cache-server/admin/import-kisscache'
import { parseTtl } from '#cache-server/quantities'
import { defaultDisk } from '#cache-server/settings'
import { openStore } from '#cache-server/store/store'
import type { ImportOptions } from '#cli/cache/import-options'
import { LkftError } from '#errors/lkft-error'

/** `lkft cache import`: prints what was taken over as one line of JSON. */
export async function run(folder: string, options: ImportOptions): Promise<void> {
  const ttlSeconds = parseTtl(options.ttl)
  if (ttlSeconds === undefined) throw new LkftError('BAD_ARGUMENT', `--ttl ${options.ttl}: expected e.g. 10d or 4h`)
  if (options.list === undefined && options.unchecked !== true) {
    const hint = 'Give --list FILE with the lengths from its database (see --help), or --unchecked.'
    throw new LkftError('BAD_ARGUMENT', "KissCache's folder does not tell finished files from cut ones", { hint })
  }
  const list = options.list === undefined ? undefined : readList(await read(options.list))
  const store = await openStore(options.dir, { ...defaultDisk, quota: 0 }, Date.now)
  try {
    const imported = await importKissCache({ store, folder, list, ttlSeconds, now: Date.now() })
    process.stdout.write(`${JSON.stringify(imported)}\n`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new LkftError('BAD_ARGUMENT', `${folder}: cannot be read: ${(error as Error).message}`, { cause: error })
  } finally {
    store.close()
  }
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new LkftError('BAD_ARGUMENT', `--list ${file}: ${(error as Error).message}`, { cause: error })
  })
}
