import { createHash } from 'node:crypto'
import { getState, saveState } from '@actions/core'
import type { BuildOptions } from '#build/build-request'
import { type CacheServer, throughCacheServer } from '#github/cache-server-job'
import { readEvent } from '#github/event'
import { obeyClient } from '#github/workflow-commands'
import type { StageContext } from '#log/reporter'

type Client = typeof import('#github/cache-client')

/** What the post step has to save. */
interface KeptCache {
  readonly folder: string
  readonly key: string
}

const stateName = 'lkft-compiler-cache'
const mainRan = 'lkft-main-ran'

/**
 * The beginnings of keys under which the cache of such a build is looked for, the
 * nearest first: the same architecture, toolchain and configuration, then any
 * configuration. An object of another configuration is never wrong, only useless.
 */
export function cacheKeyPrefixes(options: Partial<BuildOptions>): readonly [string, string] {
  const { targetArch = 'native', toolchain = 'gcc', llvm = false, kconfig = 'defconfig', kconfigAdd = [] } = options
  const safe = (text: string): string => text.replaceAll(/[^\w.+-]+/g, '_')
  const wide = `lkft-${options.wrapper ?? 'ccache'}-${safe(targetArch)}-${safe(toolchain)}${llvm ? '-llvm' : ''}-`
  const family = createHash('sha256')
    .update(JSON.stringify([kconfig, kconfigAdd]))
    .digest('hex')
    .slice(0, 12)
  return [`${wide}${family}-`, wide]
}

/**
 * Fills `folder` from GitHub's cache, or from that of `server`. A cache that does not answer is no reason to
 * fail a build: it is told, and the build begins with an empty one.
 *
 * @returns the key that was found; undefined when there is none
 */
export async function restoreCompilerCache(
  folder: string,
  options: Partial<BuildOptions>,
  server: CacheServer | undefined,
  { reporter }: StageContext,
): Promise<string | undefined> {
  const prefixes = cacheKeyPrefixes(options)
  try {
    return await withClient(server, async (client) => {
      if (!client.isFeatureAvailable()) throw new Error('this runner has none')
      // No entry has the bare prefix as its key: the newest that begins with one is taken.
      return client.restoreCache([folder], prefixes[0], [...prefixes])
    })
  } catch (error) {
    reporter.warn(`The Actions cache was not read: ${firstLine(error)}`)
    return undefined
  }
}

/** Tells the post step of this action what to save. Only a run of trusted code may call it. */
export function keepCompilerCache(folder: string, options: Partial<BuildOptions>, run: NodeJS.ProcessEnv): void {
  const attempt = `${run['GITHUB_RUN_ID'] ?? '0'}-${run['GITHUB_RUN_ATTEMPT'] ?? '1'}`
  const kept: KeptCache = { folder, key: `${cacheKeyPrefixes(options)[0]}${attempt}` }
  saveState(stateName, JSON.stringify(kept))
}

/** Whether this is the action's post step. Main and post are one program: the first time it runs, it is main. */
export function isPostStep(): boolean {
  if (getState(mainRan) !== '') return true
  saveState(mainRan, 'true')
  return false
}

/** Saves what the main step left to save, if anything; what goes wrong is only told. */
export async function saveCompilerCache(server: CacheServer | undefined): Promise<void> {
  const text = getState(stateName)
  if (text === '') return
  const { folder, key } = JSON.parse(text) as KeptCache
  try {
    const id = await withClient(server, (client) => client.saveCache([folder], key))
    console.log(id === -1 ? `${key} was not saved` : `Saved the compiler cache as ${key}`)
  } catch (error) {
    console.log(`::warning::The compiler cache was not saved: ${firstLine(error)}`)
  }
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n', 1)[0] ?? ''
}

async function withClient<Result>(
  server: CacheServer | undefined,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await loadClient()
  if (server === undefined) return obeyClient(() => work(client))
  return throughCacheServer(server, await readEvent(process.env), () => work(client))
}

/** By URL, so that the client is a bundle of its own. */
async function loadClient(): Promise<Client> {
  const { href } = new URL('./cache-client.ts', import.meta.url)
  return (await import(/* webpackIgnore: true */ href)) as Client
}
