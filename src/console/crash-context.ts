/** What a line inside a report says about where it happened. */
export interface CrashPlace {
  readonly cpu?: number
  readonly task?: string
}

/** Lines that name CPU and task, newest form first. Groups: cpu, task. */
const placeLines: readonly RegExp[] = [
  /^\s*CPU: (?<cpu>\d+) (?:UID: \d+ )?PID: \d+ Comm: (?<task>.+?)(?= (?:Not tainted|Tainted:|Kdump:|$)|$)/,
  /^\s*Pid: \d+, comm: +(?<task>.+?)(?= (?:Not tainted|Tainted:|xid:|\(|$)|$)/,
  /^\s*CPU: (?<cpu>\d+) +(?:Not tainted|Tainted:)/,
  /^\s*CPU:? (?<cpu>\d+)$/,
  /^\s*CPU: (?<cpu>\d+)(?: |$)/,
  /^\s*Process:? (?<task>\S+) ?\(pid: ?\d+/,
  /^\s*TASK ?= ?\S+\[\d+\] '(?<task>[^']+)'.*?(?:CPU: (?<cpu>\d+))?$/,
  /^\s*(?:Comm|comm): (?<task>\S+)/,
  /^\s*comm "(?<task>[^"]+)", pid \d+/,
]

/** CPU and task of a line, or undefined when it names neither. */
export function readPlace(text: string): CrashPlace | undefined {
  for (const pattern of placeLines) {
    const groups = pattern.exec(text)?.groups
    if (groups === undefined) continue
    return {
      ...(groups['cpu'] === undefined ? {} : { cpu: Number(groups['cpu']) }),
      ...(groups['task'] === undefined ? {} : { task: groups['task'] }),
    }
  }
  return undefined
}
