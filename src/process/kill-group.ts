import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Ends every process of a group: SIGTERM, then SIGKILL when one still lives
 * after `graceMs`. A group that is gone is no error.
 */
export async function killGroup(leader: number, graceMs: number): Promise<void> {
  send(leader, 'SIGTERM')
  const deadline = performance.now() + graceMs
  while ((await liveMembers(leader)).length > 0) {
    if (performance.now() > deadline) {
      send(leader, 'SIGKILL')
      return
    }
    await sleep(20)
  }
}

/**
 * The living processes of a group. A zombie does not count: it waits for its
 * parent and holds nothing, and in a container nobody may ever reap it.
 */
export async function liveMembers(leader: number): Promise<readonly number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const members = await Promise.all(ids.map(async (id) => ((await belongs(id, leader)) ? Number(id) : undefined)))
  return members.filter((id) => id !== undefined)
}

async function belongs(id: string, leader: number): Promise<boolean> {
  const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '')
  // After the name, which may hold spaces and parentheses: state, parent, group.
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(group) === leader && state !== 'Z' && state !== 'X'
}

function send(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal)
  } catch {
    // The group is gone.
  }
}
