import { readdirSync, readFileSync } from 'node:fs'

/**
 * Seconds that a process has stood in the host's queue, ready to run but without a
 * core: the most that any of its threads has, since one vCPU that waits holds up
 * the guest. 0 where the kernel does not count it.
 */
export function waitedForCpu(pid: number): number {
  try {
    const folder = `/proc/${pid}/task`
    const waits = readdirSync(folder).map((thread) => {
      const [, nanoseconds = '0'] = readFileSync(`${folder}/${thread}/schedstat`, 'latin1').split(' ')
      return Number(nanoseconds) / 1e9
    })
    return Math.max(0, ...waits)
  } catch {
    return 0
  }
}
