/** LAVA's own log file has one flow mapping per line: time, level and message. */
const lavaLine = /^- \{ ?"?dt"?: .{10,40}?, "?lvl"?: "?(\w+)"?, "?msg"?: ?(.*)\}$/

/** Levels under which LAVA logs what the device printed; the rest is LAVA talking about itself. */
const deviceLevels: ReadonlySet<string> = new Set(['target', 'feedback'])

/**
 * The device's text in a line of LAVA's `output.yaml`.
 *
 * @returns undefined when the line is not from such a file; an empty string when LAVA itself wrote it
 */
export function unwrapLavaLine(line: string): string | undefined {
  if (!line.startsWith('- {')) return undefined
  const match = lavaLine.exec(line)
  if (match === null) return undefined
  if (!deviceLevels.has(match[1] ?? '')) return ''
  return unquote(match[2] ?? '')
}

function unquote(value: string): string {
  if (value.startsWith("'") && value.endsWith("'")) return value.slice(1, -1).replaceAll("''", "'")
  if (!value.startsWith('"')) return value
  const simple = value.replaceAll(/\\x([0-9a-fA-F]{2})/g, String.raw`\u00$1`).replaceAll(String.raw`\e`, '')
  try {
    return String(JSON.parse(simple))
  } catch {
    return value.slice(1, value.endsWith('"') ? -1 : undefined)
  }
}
