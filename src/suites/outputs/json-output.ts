import type { OutputReader, Reading } from '#suites/outputs/output-reader'

/** Characters of JSON that are kept at most; a report of LTP's 1,400 system call tests is about a megabyte. */
const mostKept = 32 << 20

/** A reader of programs that print one JSON document, maybe among other lines; it begins at a line that begins with `{`. */
export function readJson(read: (document: unknown) => readonly Reading[]): OutputReader {
  let lines: string[] = []
  let size = 0
  return {
    push: (line) => {
      if (lines.length === 0 && !line.trimStart().startsWith('{')) return []
      size += line.length
      if (size <= mostKept) lines.push(line)
      return []
    },
    end: () => {
      const text = lines.join('\n')
      lines = []
      if (text === '') return []
      const document = parse(text)
      if (document !== undefined && size <= mostKept) return read(document)
      return [{ test: 'report', status: 'fail', reason: 'error', message: 'the report is no JSON document' }]
    },
  }
}

/** What stands up to the last closing brace; undefined when it is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.slice(0, text.lastIndexOf('}') + 1)) as unknown
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
