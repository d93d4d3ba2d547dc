import type { CrashPattern } from '#console/patterns/crash-pattern'

/** The kernel stops. */
export const panicPatterns: readonly CrashPattern[] = [
  {
    kind: 'panic',
    family: 'panic',
    anchor: 'ernel panic - not syncing',
    pattern: /^(?:\S+: )?(?<title>Kernel panic - not syncing(?:: .*)?)/,
    source: 'kernel/panic.c',
  },
  {
    kind: 'panic',
    family: 'panic',
    anchor: 'Kernel panic: ',
    pattern: /^(?<title>Kernel panic: .*)/,
    source: 'kernel/panic.c of 2.4',
  },
]

/** What a driver could not do at boot. */
export const probePatterns: readonly CrashPattern[] = [
  {
    kind: 'probe-failure',
    family: 'single',
    anchor: 'failed with error -',
    alone: true,
    pattern: /^(?<task>\S+(?: \S+)?): (?<title>probe (?:of (?<location>\S+)|with driver \S+) failed with error -\d+)/,
    source: 'drivers/base/dd.c',
  },
]
