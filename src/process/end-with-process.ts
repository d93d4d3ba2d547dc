const leaders = new Set<number>()

/**
 * Has a child's process group killed when this process exits, however it comes to
 * that: by `process.exit`, an error nobody caught, a second Ctrl-C. A child in a
 * group of its own gets none of the terminal's signals and would stay.
 *
 * @param leader the child's number; nothing happens for one that did not start
 * @returns call it when the child is gone
 */
export function endWithProcess(leader: number | undefined): () => void {
  if (leader === undefined) return () => {}
  if (leaders.size === 0) process.on('exit', killAll)
  leaders.add(leader)
  return () => {
    leaders.delete(leader)
    if (leaders.size === 0) process.off('exit', killAll)
  }
}

function killAll(): void {
  for (const leader of leaders) {
    try {
      process.kill(-leader, 'SIGKILL')
    } catch {
      // The group is gone.
    }
  }
}
