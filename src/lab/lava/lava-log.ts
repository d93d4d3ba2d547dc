/** One entry of a job's log. */
export interface LavaEntry {
  /** `target` is what the board printed, `results` a result, others are LAVA's own words. */
  readonly level: string
  readonly message: unknown
  /** RFC 3339, or without a zone and then UTC. */
  readonly time: string
}

/** A result as the log has it. */
export interface LavaResult {
  readonly definition: string
  readonly case: string
  readonly result: string
  /** A decimal number; from the log as text, from a list `null` when there is none. */
  readonly measurement?: string | null
  readonly units?: string | null
  readonly error_type?: string
  readonly error_msg?: string
}

/** Splits what `logs/?start=` gave into whole lines; a last line without its newline is not finished and left out. */
export function wholeLines(text: string): readonly string[] {
  const end = text.lastIndexOf('\n')
  return end < 0 ? [] : text.slice(0, end).split('\n')
}

/**
 * Reads a line: a YAML list item that is JSON, but for numbers that carry YAML's
 * non-specific tag (`"starttc": ! "537"`). `undefined` for anything else.
 */
export function readLavaLine(line: string): LavaEntry | undefined {
  if (!line.startsWith('- {')) return undefined
  const value = parse(line.slice(2)) ?? parse(line.slice(2).replaceAll(/: ! "/g, ': "'))
  if (value === undefined || typeof value['lvl'] !== 'string') return undefined
  return { level: value['lvl'], message: value['msg'], time: typeof value['dt'] === 'string' ? value['dt'] : '' }
}

/** The result in an entry of level `results`. */
export function readLavaResult({ level, message }: LavaEntry): LavaResult | undefined {
  if (level !== 'results' || typeof message !== 'object' || message === null) return undefined
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(message)) {
    if (typeof value === 'string' || typeof value === 'number') texts[name] = String(value)
  }
  const { definition, case: name, result } = texts
  if (definition === undefined || name === undefined || result === undefined) return undefined
  return { ...texts, definition, case: name, result }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
