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

/**
 * What a driver could not do at boot, in the driver core's own words. Not told: errors by which a driver says that the
 * device is absent (6 ENXIO, 19 ENODEV), taken by another driver (17 EEXIST) or not ready yet (517 EPROBE_DEFER).
 * They belong to good boots: the driver core itself prints three of them only when it debugs.
 */
export const probePatterns: readonly CrashPattern[] = [
  {
    // Absent, taken, unsupported or deferred devices belong to good boots, and so do USB and HID interfaces that answer badly.
    kind: 'probe-failure',
    family: 'single',
    anchor: 'failed with error -',
    alone: true,
    pattern:
      /^(?<task>\S+(?: \S+)?): (?<title>probe (?:of (?<location>(?!\d+-[\d.]+:\d+\.\d+ |[\dA-F]{4}(?::[\dA-F]{4}){2}\.)\S+)|with driver \S+) failed with error -(?!(?:1|2|6|16|17|19|38|71|95|517|524)\b)\d+)/,
    source: 'drivers/base/dd.c',
  },
]
