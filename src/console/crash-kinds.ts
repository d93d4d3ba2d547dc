import type { Run } from '#schema/documents'

type Crash = Run['crashes'][number]

export interface KindEntry {
  readonly severity: Crash['severity']
  /** Among lines of one event the highest names it. */
  readonly rank: number
}

/** How bad each kind is and which kind wins when lines of several kinds report one event. */
export const crashKinds: Readonly<Record<Crash['kind'], KindEntry>> = {
  'atomic-sleep': { severity: 'warning', rank: 5 },
  'bad-page': { severity: 'crash', rank: 5 },
  'boot-stall': { severity: 'hang', rank: 1 },
  bug: { severity: 'crash', rank: 4 },
  'debug-objects': { severity: 'crash', rank: 6 },
  fault: { severity: 'crash', rank: 3 },
  'hard-lockup': { severity: 'hang', rank: 6 },
  'hung-task': { severity: 'hang', rank: 6 },
  kasan: { severity: 'crash', rank: 8 },
  kcsan: { severity: 'crash', rank: 8 },
  kfence: { severity: 'crash', rank: 8 },
  kmsan: { severity: 'crash', rank: 8 },
  'list-corruption': { severity: 'crash', rank: 6 },
  lockdep: { severity: 'warning', rank: 5 },
  'memory-leak': { severity: 'warning', rank: 6 },
  oom: { severity: 'info', rank: 2 },
  oops: { severity: 'crash', rank: 2 },
  panic: { severity: 'fatal', rank: 9 },
  'probe-failure': { severity: 'info', rank: 1 },
  'rcu-stall': { severity: 'hang', rank: 6 },
  reboot: { severity: 'fatal', rank: 1 },
  refcount: { severity: 'crash', rank: 6 },
  'soft-lockup': { severity: 'hang', rank: 6 },
  ubsan: { severity: 'crash', rank: 8 },
  warning: { severity: 'warning', rank: 1 },
  'workqueue-lockup': { severity: 'hang', rank: 6 },
}
