import { readdirSync, readFileSync } from 'node:fs'

/** A process and its descendants. */
function treeOf(pid: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = readOrEmpty(`/proc/${name}/stat`)
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
  }
  const tree = [pid]
  for (const one of tree) for (const [child, parent] of parents) if (parent === one) tree.push(child)
  return tree
}

/** Seconds of CPU that a process tree has used. */
export function cpuSeconds(pid: number): number {
  const ticks = treeOf(pid).map((one) => {
    const stat = readOrEmpty(`/proc/${one}/stat`)
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
  })
  return ticks.reduce((sum, one) => sum + one, 0) / 100
}

/** Megabytes of memory that a process tree has to itself (PSS). */
export function pssMegabytes(pid: number): number {
  const kilobytes = treeOf(pid).map((one) =>
    Number(/^Pss: +(\d+)/m.exec(readOrEmpty(`/proc/${one}/smaps_rollup`))?.[1] ?? 0),
  )
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024
}

/** Watches the memory of a process tree; the highest seen. */
export function watchMemory(pid: number): { readonly stop: () => number } {
  let highest = pssMegabytes(pid)
  const timer = setInterval(() => {
    highest = Math.max(highest, pssMegabytes(pid))
  }, 200)
  return {
    stop: () => {
      clearInterval(timer)
      return Math.max(highest, pssMegabytes(pid))
    },
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
