/** One symbol that a configuration or fragment sets, without the CONFIG_ prefix; `n` stands for `is not set`. */
export interface Assignment {
  readonly symbol: string
  readonly value: string
}

/** The assignments of a .config or fragment, in order; other lines are comments. */
export function parseAssignments(text: string): readonly Assignment[] {
  const found: Assignment[] = []
  for (const line of text.split('\n')) {
    const assignment = parseLine(line)
    if (assignment !== undefined) found.push(assignment)
  }
  return found
}

function parseLine(line: string): Assignment | undefined {
  const set = /^CONFIG_(\w+)=(.*?)\s*$/.exec(line)
  if (set !== null) return { symbol: set[1] ?? '', value: set[2] ?? '' }
  const unset = /^# CONFIG_(\w+) is not set\s*$/.exec(line)
  return unset === null ? undefined : { symbol: unset[1] ?? '', value: 'n' }
}

/** The final value of every symbol of a .config. */
export function readConfig(text: string): ReadonlyMap<string, string> {
  return new Map(parseAssignments(text).map(({ symbol, value }) => [symbol, value]))
}

/**
 * A .config with the assignments of a fragment put over it: older lines of the
 * same symbols go, the new ones stand at the end, where Kconfig lets them win
 * in choices too.
 */
export function mergeFragment(config: string, fragment: string): string {
  const last = readConfig(fragment)
  if (last.size === 0) return config
  const kept = config
    .split('\n')
    .filter((line) => {
      const old = parseLine(line)
      return old === undefined || !last.has(old.symbol)
    })
    .join('\n')
    .trimEnd()
  const added = [...last].map(([symbol, value]) => assignmentLine({ symbol, value }))
  return `${kept}${kept === '' ? '' : '\n'}${added.join('\n')}\n`
}

/** The line of a .config that sets a symbol. */
export function assignmentLine({ symbol, value }: Assignment): string {
  return value === 'n' ? `# CONFIG_${symbol} is not set` : `CONFIG_${symbol}=${value}`
}
