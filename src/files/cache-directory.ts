import { homedir } from 'node:os'
import { join } from 'node:path'

/** lkft's cache folder for this user: $LKFT_CACHE_DIR, $XDG_CACHE_HOME/lkft, or ~/.cache/lkft. Read at the edge only. */
export function defaultCacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment['LKFT_CACHE_DIR']
  if (own !== undefined && own !== '') return own
  const base = environment['XDG_CACHE_HOME']
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'lkft')
}
