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
    family: 'single',
    anchor: ': bad p',
    alone: true,
    pattern: /^(?<location>[\w./-]+\.[ch]:\d+): (?<title>bad (?:pgd|p4d|pud|pmd|pte)) /,
    source: 'mm/pgtable-generic.c, arch/*/include/asm/pgtable*.h',
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
    kind: 'kasan',
    family: 'slab',
    anchor: 'kasan: bad access detected',
    pattern: /^BUG \S+ \(.*?\): (?<title>kasan: bad access detected)/,
    source: 'mm/kasan/report.c before 4.8',
  },
  {
    kind: 'bug',
    family: 'slab',
    anchor: 'BUG ',
    pattern:
      /^(?<title>BUG (?<location>[^\s:]+)(?: \([^)]*\))?: (?:Objects remaining|Object already free|Redzone|Left Redzone|Right Redzone|Poison|Padding|Object padding|Freepointer|Freelist|Freechain|Invalid|Wrong|Alignment|Slab|Object corrupt|Attempt).*)/,
    source: 'mm/slub.c',
  },
  {
    kind: 'bug',
    family: 'single',
    anchor: 'slab error in ',
    pattern: /^(?<title>slab error in (?<location>\w+)\(\))/,
    source: 'mm/slab.c',
  },
  {
    kind: 'bug',
    family: 'single',
    anchor: 'VFS: ',
    alone: true,
    pattern: /^(?<title>VFS: (?:Busy inodes after unmount|Close: file count is (?:0|zero)))/,
    source: 'fs/super.c, fs/open.c',
  },
  {
    kind: 'bug',
    family: 'single',
    anchor: 'BUG: ',
    alone: true,
    pattern: /^(?<title>BUG: (?:Bad rss-counter state|non-zero \S+ on freeing mm))/,
    source: 'kernel/fork.c',
  },
  {
    kind: 'bug',
    family: 'single',
    anchor: 'BUG: ',
    pattern:
      /^(?<title>BUG: (?:Dentry (?=.*still in use)|workqueue leaked (?:lock or )?atomic|mempool element poison mismatch))/,
    source: 'fs/dcache.c, kernel/workqueue.c, mm/mempool.c',
  },
  {
    kind: 'bug',
    family: 'single',
    anchor: 'BUG:',
    pattern: /^(?<title>BUG:)\s*$/,
    source: 'a report cut off after its first word',
  },
  {
    kind: 'bug',
    family: 'single',
    anchor: 'BUG: ',
    pattern: /^(?<title>BUG: [a-zA-Z](?!.*(?:messages|callbacks|reports) suppressed).*)/,
    needsProof: 'untimed',
    source: 'any subsystem; counted when it has a printk time or a trace follows',
  },
]
