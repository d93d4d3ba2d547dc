import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TokenEntry } from '#cache-server/settings'

/** The file by which whoever owns the directory administers its server. */
export function ownerTokenFile(directory: string): string {
  return join(directory, 'admin-token')
}

/** The token of the directory's owner, made at the first start and readable by the owner alone. */
export function ownerToken(directory: string): TokenEntry {
  const file = ownerTokenFile(directory)
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 })
  const sha256 = createHash('sha256').update(readFileSync(file, 'utf8').trim()).digest('hex')
  return { name: 'owner', sha256, scopes: ['admin'], namespaces: [], quota: 0, rate: 0 }
}
