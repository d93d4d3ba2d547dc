import type { Suite } from '#suites/suite'

/** LTP's runtest files by limit in minutes; source: tuxlava's table. */
const rows: readonly (readonly [minutes: number, files: string])[] = [
  [90, 'controllers'],
  [60, 'cve syscalls'],
  [45, 'fs'],
  [25, 'fs_bind'],
  [20, 'mm'],
  [15, 'cpuhotplug nptl'],
  [10, 'commands crypto pty sched'],
  [
    5,
    'cap_bounds capability containers dio fcntl-locktests filecaps fs_perms_simple hugetlb io ipc math securebits smoke tracing',
  ],
  [3, 'fsx'],
]

/** Runtest files that are named otherwise than their suite. */
const files: Readonly<Record<string, string>> = { smoke: 'smoketest' }

/** One suite for each runtest file. */
export const ltpSuites: readonly Suite[] = rows.flatMap(([timeoutMinutes, names]) =>
  names.split(' ').map((name) => ({
    name: `ltp-${name}`,
    kind: 'ltp',
    summary: `Linux Test Project, runtest file ${files[name] ?? name}`,
    timeoutMinutes,
    needsKconfig: [],
    needsPrograms: ['/opt/ltp'],
    devices: [],
    parameters: { TST_CMDFILES: files[name] ?? name },
  })),
)
