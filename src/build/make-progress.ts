const stepLine = /^ {2}([A-Z][A-Z0-9_.+-]*)(?: +\[[A-Z]+\])? +(\S.*)$/
const compiles = new Set([
  'AS',
  'CC',
  'CXX',
  'DTC',
  'HOSTAS',
  'HOSTCC',
  'HOSTCXX',
  'HOSTRUSTC',
  'RUSTC',
  'SYNC',
  'VDSO',
])

/** Counts what Kbuild says it makes. */
export interface MakeProgress {
  /** Takes one line of make's output; true when it was a step of Kbuild, not a message. */
  push(line: string): boolean
  /** e.g. `CC kernel/fork.o (812 objects)`. */
  readonly status: () => string
  readonly objects: () => number
}

export function makeProgress(): MakeProgress {
  let objects = 0
  let current = ''
  return {
    push: (line) => {
      const match = stepLine.exec(line)
      if (match === null) return false
      if (compiles.has(match[1] ?? '')) objects++
      current = `${match[1]} ${match[2]}`
      return true
    },
    status: () => `${current} (${objects} objects)`,
    objects: () => objects,
  }
}
