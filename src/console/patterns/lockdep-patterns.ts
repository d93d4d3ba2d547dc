import type { CrashPattern } from '#console/patterns/crash-pattern'

/** The lock validator's reports, and code that sleeps or is preempted where it must not. */
export const lockdepPatterns: readonly CrashPattern[] = [
  {
    kind: 'lockdep',
    family: 'single',
    anchor: 'detected',
    pattern:
      /^\[? ?(?<title>(?:WARNING|INFO|BUG): (?:possible (?:circular locking dependency|recursive locking|irq lock inversion dependency)|\S+-safe -> \S+-unsafe lock order|(?:hard|soft)-safe -> (?:hard|soft)-unsafe lock order|bad unlock balance|bad contention|circular locking deadlock) detected)/,
    source: 'kernel/locking/lockdep.c',
  },
  {
    kind: 'lockdep',
    family: 'single',
    anchor: ' lock',
    pattern:
      /^\[? ?(?<title>(?:WARNING|INFO|BUG): (?:inconsistent lock state|held lock freed|lock held when returning to user space|lock held at task exit time, still held|.*?still has locks held|Nested lock was not taken|locks? held at \S+|nested lock was not taken))/,
    source: 'kernel/locking/lockdep.c',
  },
  {
    kind: 'lockdep',
    family: 'single',
    anchor: 'suspicious ',
    pattern: /^\[? ?(?<title>(?:WARNING|INFO): suspicious (?:RCU|rcu_dereference\S*) usage)/,
    source: 'kernel/locking/lockdep.c',
  },
  {
    kind: 'lockdep',
    family: 'single',
    anchor: 'nvalid wait context',
    pattern: /^\[? ?(?<title>BUG: Invalid wait context)/,
    source: 'kernel/locking/lockdep.c',
  },
  {
    kind: 'lockdep',
    family: 'single',
    anchor: 'BUG: MAX_',
    pattern: /^(?<title>BUG: MAX_(?:LOCK|STACK_TRACE)\w+ too low)/,
    source: 'kernel/locking/lockdep.c',
  },
  {
    kind: 'lockdep',
    family: 'single',
    anchor: 'register non-static key',
    pattern: /^(?<title>INFO: trying to register non-static key)/,
    source: 'kernel/locking/lockdep.c',
  },
  {
    kind: 'lockdep',
    family: 'single',
    anchor: 'chain_key collision',
    pattern: /^(?<title>WARNING: chain_key collision)/,
    source: 'kernel/locking/lockdep.c',
  },
  {
    kind: 'lockdep',
    family: 'single',
    anchor: 'looking up invalid subclass',
    pattern: /^(?<title>BUG: looking up invalid subclass)/,
    source: 'kernel/locking/lockdep.c',
  },
  {
    kind: 'lockdep',
    family: 'single',
    anchor: 'BUG: key ',
    pattern: /^(?<title>BUG: key) \S+ (?:has not been registered|not in \.data)!/,
    source: 'kernel/locking/lockdep.c',
  },
  {
    kind: 'atomic-sleep',
    family: 'single',
    anchor: 'sleeping function called from',
    pattern:
      /^(?<title>(?:BUG: |Debug: )?sleeping function called from (?:invalid|illegal) context at (?<location>\S+))/,
    source: 'kernel/sched/core.c',
  },
  {
    kind: 'atomic-sleep',
    family: 'single',
    anchor: 'scheduling while atomic',
    pattern: /^(?:BUG: |bad: )?(?<title>scheduling while atomic)!?:? ?(?<task>[^\s/]+(?:\/\d+)?(?=\/\d+\/))?/,
    source: 'kernel/sched/core.c',
  },
  {
    kind: 'atomic-sleep',
    family: 'single',
    anchor: 'scheduling with irqs disabled',
    pattern: /^(?<title>BUG: scheduling with irqs disabled): ?(?<task>[^\s/]+)?/,
    source: 'kernel/sched/core.c of PREEMPT_RT',
  },
  {
    kind: 'atomic-sleep',
    family: 'single',
    anchor: 'scheduling in a non-blocking',
    pattern: /^(?<title>BUG: scheduling in a non-blocking section)/,
    source: 'kernel/sched/core.c',
  },
  {
    kind: 'atomic-sleep',
    family: 'single',
    anchor: 'in preemptible',
    pattern: /^(?<title>BUG: using \w+(?:\(\))? in preemptible)/,
    source: 'lib/smp_processor_id.c',
  },
  {
    kind: 'atomic-sleep',
    family: 'single',
    anchor: 'BUG: assuming ',
    pattern: /^(?<title>BUG: assuming (?:non migratable|atomic) context at (?<location>\S+))/,
    source: 'kernel/sched/core.c',
  },
  {
    kind: 'lockdep',
    family: 'single',
    anchor: 'BUG: spinlock ',
    pattern: /^(?<title>BUG: spinlock [a-z][a-z ]+?)(?: on CPU#(?<cpu>\d+)(?:, (?<task>[^,]+?)\/\d+)?|$)/,
    source: 'kernel/locking/spinlock_debug.c',
  },
  {
    kind: 'lockdep',
    family: 'single',
    anchor: 'BUG: rwlock ',
    pattern: /^(?<title>BUG: rwlock(?:-lockup)? ?[a-z ]*?)(?: on CPU#(?<cpu>\d+)(?:, (?<task>[^,]+?)\/\d+)?|$)/,
    source: 'kernel/locking/spinlock_debug.c',
  },
]
