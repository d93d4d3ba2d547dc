import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'

const units: Readonly<Record<string, number>> = { '': 20, K: 10, M: 20, G: 30, T: 40 }

/** Bytes of QEMU's notation for `-m`: `512` and `512M` are megabytes, `size=1G,slots=2` is one gigabyte. */
export function memoryBytes(text: string): number {
  const [, digits, unit = ''] = /^(?:size=)?(\d+(?:\.\d+)?)([KMGT]?)B?(?:,|$)/i.exec(text.trim()) ?? []
  if (digits === undefined) throw new LkftError('BAD_ARGUMENT', `'${text}' is no size of memory such as 512M`)
  return Number(digits) * 2 ** (units[unit.toUpperCase()] ?? 20)
}

/**
 * How many machines may run at a time: as many as were asked for, but no more than
 * there are cores, and than there is memory for each as if it shared none.
 */
export async function limitShards(wanted: number, memory: string, { reporter }: StageContext): Promise<number> {
  if (wanted <= 1) return 1
  const free = await availableBytes()
  const cores = availableParallelism()
  const fit = Math.max(1, Math.floor(free / memoryBytes(memory)))
  const shards = Math.max(1, Math.min(Math.floor(wanted), cores, fit))
  if (shards < wanted) {
    const gib = (free / 2 ** 30).toFixed(1)
    reporter.warn(`${shards} of ${wanted} shards: ${cores} cores and ${gib} GiB of free memory for ${memory} each`)
  }
  return shards
}

async function availableBytes(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  const found = /^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1]
  return found === undefined ? Number.POSITIVE_INFINITY : Number(found) * 1024
}
