import type { CrashPattern } from '#console/patterns/crash-pattern'

/** Reports of KASAN, KFENCE, KCSAN, KMSAN, UBSAN and kmemleak. */
export const sanitizerPatterns: readonly CrashPattern[] = [
  {
    kind: 'kasan',
    family: 'single',
    anchor: 'BUG: KASAN: ',
    pattern: /^(?<title>BUG: KASAN: \S.*?(?:$| in (?<location>[\w.$]+).*))/,
    source: 'mm/kasan/report.c',
  },
  {
    kind: 'kasan',
    family: 'single',
    anchor: 'BUG: KASan: ',
    pattern: /^(?<title>BUG: KASan: \S.*?(?:$| in (?<location>[\w.$]+).*))/,
    source: 'mm/kasan/report.c of 4.0',
  },
  {
    kind: 'kfence',
    family: 'single',
    anchor: 'BUG: KFENCE: ',
    pattern: /^(?<title>BUG: KFENCE: \S.*?(?:$| in (?<location>[\w.$]+).*))/,
    source: 'mm/kfence/report.c',
  },
  {
    kind: 'kcsan',
    family: 'single',
    anchor: 'BUG: KCSAN: ',
    pattern: /^(?<title>BUG: KCSAN: \S.*?(?:$| in (?<location>[\w.$]+).*))/,
    source: 'kernel/kcsan/report.c',
  },
  {
    kind: 'kcsan',
    family: 'single',
    anchor: 'ThreadSanitizer: ',
    pattern: /^(?<title>ThreadSanitizer: data-race in (?<location>[\w.$]+).*)/,
    source: 'mm/ktsan/report.c, the ancestor of KCSAN',
  },
  {
    kind: 'kmsan',
    family: 'single',
    anchor: 'BUG: KMSAN: ',
    pattern: /^(?<title>BUG: KMSAN: \S.*?(?:$| in (?<location>[\w.$]+).*))/,
    source: 'mm/kmsan/report.c',
  },
  {
    kind: 'ubsan',
    family: 'single',
    anchor: 'UBSAN: ',
    pattern: /^(?:Internal error: )?(?<title>UBSAN: [a-zA-Z][\w -]+?)(?:$|: | in (?<location>\S+?:\d+)(?::\d+)?)/,
    source: 'lib/ubsan.c',
  },
  {
    kind: 'ubsan',
    family: 'die',
    anchor: 'UBSAN: ',
    pattern: /^(?<title>UBSAN: [a-z][\w -]+?) at (?<location>[\w.$]+)\+0x/,
    source: 'arch/x86/kernel/traps.c since 6.11, where UBSAN traps',
  },
  {
    kind: 'memory-leak',
    family: 'leak',
    anchor: 'BUG: memory leak',
    pattern: /^(?<title>BUG: memory leak)/,
    source: 'reports of syzbot',
  },
  {
    kind: 'memory-leak',
    family: 'leak',
    anchor: 'unreferenced object ',
    pattern: /^(?:kmemleak: )?(?<title>unreferenced (?:percpu )?object(?: \(percpu\))?) 0x[\da-f]+ \(size \d+\)/,
    source: 'mm/kmemleak.c',
  },
  {
    kind: 'memory-leak',
    family: 'leak',
    anchor: 'new suspected memory leak',
    alone: true,
    pattern: /^kmemleak: \d+ (?<title>new suspected memory leaks?)/,
    source: 'mm/kmemleak.c',
  },
]
