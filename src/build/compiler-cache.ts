import { readFile, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { BuildRequest } from '#build/build-request'
import type { BuildSession } from '#build/build-session'
import { wrapperProgram } from '#build/wrapper-program'
import type { CommandLine } from '#process/command-line'
import { runCommand } from '#process/run-command'
import type { Build } from '#schema/documents'

export type CompilerCacheStats = NonNullable<Build['compiler_cache']>

/** Where ccache notes what it did in this build, below the build directory. */
const statsFile = '.lkft/ccache-stats'

/** Folder of the compiler cache in a container. */
export const cacheInContainer = '/cache'

/**
 * Variables of the compiler cache. Keys hold on another machine and path: the
 * compiler counts by its content, and paths below the folder that holds source and
 * build count as they are seen from the build.
 */
export function compilerCacheEnvironment(
  request: BuildRequest,
  places: { readonly source: string; readonly build: string },
): Readonly<Record<string, string>> {
  const dir = request.runtime === 'null' || request.cacheDir === undefined ? request.cacheDir : cacheInContainer
  switch (request.wrapper) {
    case 'none':
      return {}
    case 'ccache': {
      const base = commonFolder(places.source, places.build)
      return {
        ...(base === undefined ? {} : { CCACHE_BASEDIR: base }),
        CCACHE_COMPILERCHECK: 'content',
        ...(dir === undefined ? {} : { CCACHE_DIR: dir }),
        ...(request.ccacheRemote === undefined
          ? {}
          : { CCACHE_REMOTE_STORAGE: request.ccacheRemote, CCACHE_SECONDARY_STORAGE: request.ccacheRemote }),
        CCACHE_STATSLOG: join(places.build, statsFile),
      }
    }
    case 'sccache':
      return {
        // A server of this build alone, which ends with it; the time is for a build that was killed.
        SCCACHE_IDLE_TIMEOUT: '600',
        SCCACHE_SERVER_PORT: String(20_000 + (process.pid % 40_000)),
        ...(dir === undefined ? {} : { SCCACHE_DIR: dir }),
      }
  }
}

/**
 * How ccache names the source when it rewrites paths; undefined where it does not.
 * It has to be mapped like the absolute path, or debug information would tell
 * whether an object came through ccache.
 */
export function rewrittenSource(
  request: BuildRequest,
  places: { readonly source: string; readonly build: string },
): string | undefined {
  if (request.wrapper !== 'ccache' || commonFolder(places.source, places.build) === undefined) return undefined
  return relative(places.build, places.source)
}

/** The folder that holds both; undefined when only the root does, as in a container, where paths are the same anyway. */
function commonFolder(source: string, build: string): string | undefined {
  let folder = dirname(source)
  while (folder !== '/' && !`${build}/`.startsWith(`${folder}/`)) folder = dirname(folder)
  return folder === '/' ? undefined : folder
}

/** Makes the compiler cache ready: forgets the numbers of an earlier build, starts sccache's server. */
export async function startCompilerCache(session: BuildSession): Promise<void> {
  const { wrapper } = session.plan.request
  const program = wrapperProgram(session.plan.request) ?? wrapper
  if (wrapper === 'ccache') await rm(join(session.paths.build, statsFile), { force: true })
  if (wrapper === 'sccache') await runQuietly(session, [program, '--start-server'])
}

/** Ends sccache's server, so that nothing of the build is left running. */
export async function stopCompilerCache(session: BuildSession): Promise<void> {
  const { wrapper } = session.plan.request
  const program = wrapperProgram(session.plan.request) ?? wrapper
  if (wrapper === 'sccache') await runQuietly(session, [program, '--stop-server'])
}

/** What the cache answered in this build; undefined when there is none or it cannot say. */
export async function readCompilerCache(session: BuildSession): Promise<CompilerCacheStats | undefined> {
  const { wrapper } = session.plan.request
  const program = wrapperProgram(session.plan.request) ?? wrapper
  if (wrapper === 'ccache') {
    const text = await readFile(join(session.paths.build, statsFile), 'utf8').catch(() => undefined)
    return text === undefined ? undefined : countCcache(text)
  }
  if (wrapper !== 'sccache') return undefined
  return countSccache(await runQuietly(session, [program, '--show-stats', '--stats-format=json']))
}

/** Counts the lines of ccache's stats log. */
export function countCcache(log: string): CompilerCacheStats {
  const counts: Record<string, number> = {}
  for (const line of log.split('\n')) counts[line] = (counts[line] ?? 0) + 1
  const direct = counts['direct_cache_hit'] ?? 0
  const preprocessed = counts['preprocessed_cache_hit'] ?? 0
  return {
    tool: 'ccache',
    hits: direct + preprocessed,
    misses: counts['cache_miss'] ?? 0,
    direct_hits: direct,
    preprocessed_hits: preprocessed,
  }
}

/** Reads sccache's statistics; undefined when they are not in the form of 0.3 and newer. */
export function countSccache(json: string): CompilerCacheStats | undefined {
  try {
    const { stats } = JSON.parse(json) as { stats?: { cache_hits?: unknown; cache_misses?: unknown } }
    return {
      tool: 'sccache',
      hits: sumCounts(stats?.cache_hits),
      misses: sumCounts(stats?.cache_misses),
      direct_hits: null,
      preprocessed_hits: null,
    }
  } catch {
    return undefined
  }
}

function sumCounts(value: unknown): number {
  const { counts } = (value ?? {}) as { counts?: Record<string, unknown> }
  return Object.values(counts ?? {}).reduce<number>((sum, count) => sum + (typeof count === 'number' ? count : 0), 0)
}

async function runQuietly(session: BuildSession, argv: CommandLine['argv']): Promise<string> {
  const command = session.runtime.wrap({ argv, env: session.make.environment })
  const result = await runCommand(command, { timeoutMs: 20_000 }).catch(() => undefined)
  return result?.stdout ?? ''
}
