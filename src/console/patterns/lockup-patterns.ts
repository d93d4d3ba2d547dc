import type { CrashPattern } from '#console/patterns/crash-pattern'

/** A CPU, a task or the whole kernel that does not get on. */
export const lockupPatterns: readonly CrashPattern[] = [
  {
    kind: 'rcu-stall',
    family: 'stall',
    anchor: ' detected ',
    pattern: /^(?:rcu\w*: )?(?<title>INFO: \S+ detected (?:expedited )?(?:CPU (?:\d+ )?)?stalls?\b)/,
    source: 'kernel/rcu/tree_stall.h, tree_exp.h, tasks.h',
  },
  {
    kind: 'rcu-stall',
    family: 'stall',
    anchor: 'self-detected stall',
    pattern: /^(?:rcu\w*: )?(?<title>INFO: \S+ self-detected stall\b)/,
    source: 'kernel/rcu/tree_stall.h',
  },
  {
    kind: 'rcu-stall',
    family: 'stall',
    anchor: 'RCU detected CPU ',
    pattern: /^(?<title>RCU detected CPU (?:\d+ )?stalls?)\b/,
    source: 'kernel/rcutree.c of 2.6',
  },
  {
    kind: 'soft-lockup',
    family: 'single',
    anchor: 'soft lockup',
    pattern:
      /^(?:NMI )?(?:watchdog: )?(?<title>BUG: soft lockup - CPU#(?<cpu>\d+) stuck for \d+m?s!)(?: \[(?<task>[^\]]*?)(?::\d+)?\])?/,
    source: 'kernel/watchdog.c',
  },
  {
    kind: 'soft-lockup',
    family: 'single',
    anchor: 'soft lockup detected on CPU',
    pattern: /^(?<title>BUG: soft lockup detected on CPU#(?<cpu>\d+))/,
    source: 'kernel/softlockup.c of 2.6',
  },
  {
    kind: 'hard-lockup',
    family: 'single',
    anchor: 'ard LOCKUP',
    pattern:
      /^(?:NMI )?(?:watchdog: )?(?:CPU\d+: )?(?<title>(?:(?:Watchdog|CPU \d+) )?(?:self-)?(?:detected )?[hH]ard LOCKUP(?: on (?:cpu|other CPUs))?)(?: (?<cpu>\d+))?/,
    source: 'kernel/watchdog.c, arch/powerpc/kernel/watchdog.c',
  },
  {
    kind: 'hard-lockup',
    family: 'single',
    anchor: 'Watchdog CPU:',
    pattern: /^(?:watchdog: )?(?<title>Watchdog CPU:(?<cpu>\d+) Hard LOCKUP)/,
    source: 'arch/powerpc/kernel/watchdog.c',
  },
  {
    kind: 'hard-lockup',
    family: 'single',
    anchor: 'LOCKUP on CPU',
    pattern: /^(?<title>(?:BUG: )?NMI Watchdog detected LOCKUP on CPU) ?#?(?<cpu>\d+)/,
    source: 'arch/x86/kernel/nmi.c of 2.6, arch/sparc',
  },
  {
    kind: 'hung-task',
    family: 'single',
    anchor: 'INFO: task ',
    pattern:
      /^(?<title>INFO: task (?<task>.+?):\d+ (?:is )?blocked (?:(?:in|on) [^:]{1,80}?(?::\d+)? )?for more than \d+ seconds)/,
    source: 'kernel/hung_task.c, since 6.19 with what it waits for',
  },
  {
    kind: 'hung-task',
    family: 'single',
    anchor: "can't die ",
    pattern: /^(?<title>INFO: task (?<task>.+?):\d+ can't die (?:in|for) more than \d+ seconds)/,
    source: 'kernel/hung_task.c of linux-next',
  },
  {
    kind: 'workqueue-lockup',
    family: 'single',
    anchor: 'workqueue lockup',
    pattern: /^(?<title>BUG: workqueue lockup)/,
    source: 'kernel/workqueue.c',
  },
  {
    kind: 'hung-task',
    family: 'single',
    anchor: 'unregister_netdevice: waiting for',
    alone: true,
    pattern: /^(?<title>unregister_netdevice: waiting for \S+ to become free)/,
    source: 'net/core/dev.c',
  },
]
