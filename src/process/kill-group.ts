import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Ends every process of a group: SIGTERM, then SIGKILL when one is still there
 * after `graceMs`. A group that is gone is no error.
 */
export async function killGroup(leader: number, graceMs: number): Promise<void> {
  send(leader, 'SIGTERM')
  const deadline = performance.now() + graceMs
  while (send(leader, 0)) {
    if (performance.now() > deadline) {
      send(leader, 'SIGKILL')
      return
    }
    await sleep(20)
  }
}

function send(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-leader, signal)
    return true
  } catch {
    return false
  }
}
