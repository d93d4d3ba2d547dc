import type { DatabaseSync } from 'node:sqlite'

/** What is counted since the directory exists. */
const counterNames = [
  'coalesced',
  'damaged',
  'download',
  'encoded_refused',
  'failures',
  'hits',
  'misses',
  'negative_hits',
  'requests',
  'resumed',
  'retries',
  'revalidated',
  'stale',
  'successes',
  'tier_hits',
  'tier_writes',
  'upload',
] as const

export type CounterName = (typeof counterNames)[number]

export interface Counters {
  readonly add: (name: CounterName, by?: number) => void
  readonly all: () => Readonly<Record<CounterName, number>>
  readonly flush: () => void
}

export function createCounters(database: DatabaseSync): Counters {
  const values = Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<CounterName, number>
  for (const row of database.prepare('SELECT name, value FROM counters').all() as { name: string; value: number }[]) {
    if (row.name in values) values[row.name as CounterName] = row.value
  }
  const save = database.prepare('INSERT OR REPLACE INTO counters (name, value) VALUES (?, ?)')
  const changed = new Set<CounterName>()
  return {
    add: (name, by = 1) => {
      values[name] += by
      changed.add(name)
    },
    all: () => ({ ...values }),
    flush: () => {
      for (const name of changed) save.run(name, Math.round(values[name]))
      changed.clear()
    },
  }
}
