import type { CrashPattern } from '#console/patterns/crash-pattern'

/** Pages that are not as they should be, and memory that ran out. */
export const memoryPatterns: readonly CrashPattern[] = [
  {
    kind: 'bad-page',
    family: 'single',
    anchor: 'Bad page ',
    pattern: /^(?:BUG: )?(?<title>Bad page (?:state|map|cache)) (?:in process|at|in) '?(?<task>[^\s']+)?/,
    source: 'mm/page_alloc.c, mm/memory.c, mm/filemap.c',
  },
  {
    kind: 'bad-page',
    family: 'die',
    anchor: 'Corrupted page table at',
    pattern: /^(?<task>\S+): (?<title>Corrupted page table at address)/,
    source: 'arch/x86/mm/fault.c',
  },
  {
    kind: 'oom',
    family: 'oom',
    anchor: 'invoked oom-killer',
    pattern: /^(?<task>.+?) (?<title>invoked oom-killer)/,
    source: 'mm/oom_kill.c',
  },
  {
    kind: 'oom',
    family: 'oom',
    anchor: 'ut of memory',
    pattern:
      /^(?<title>(?:Out of memory|Memory cgroup out of memory)(?: \(oom_kill_allocating_task\))?: (?:Killed|Kill) process) \d+,? \(?(?<task>[^),]+)/,
    source: 'mm/oom_kill.c',
  },
  {
    kind: 'oom',
    family: 'single',
    anchor: 'page allocation failure',
    pattern: /^(?<task>.+?): (?<title>page allocation failure)(?:[.:]|$)/,
    source: 'mm/page_alloc.c',
  },
  {
    kind: 'bug',
    family: 'single',
    anchor: 'BUG: ',
    alone: true,
    pattern:
      /^(?<title>BUG: (?:Bad rss-counter state|non-zero \S+ on freeing mm|Dentry .*? still in use|spinlock .*? on CPU#\d+|rwlock .*? on CPU#\d+|spinlock \S+|rwlock \S+|workqueue leaked (?:lock or )?atomic\S*|mempool element poison mismatch|key \S+ has))/,
    source: 'kernel/fork.c, fs/dcache.c, kernel/locking/spinlock_debug.c, kernel/workqueue.c',
  },
]
