import type { RawDiagnostic } from '#build/diagnostics/patterns'

/** Reads rustc's messages, which take several lines: a heading, then `--> file:line:column`. */
export interface RustcReader {
  push(line: string): { readonly taken: boolean; readonly finished?: RawDiagnostic | undefined }
  /** The message that was still open. */
  end(): RawDiagnostic | undefined
}

const heading = /^(?<level>error|warning)(?:\[(?<code>E\d+|[\w:]+)\])?: (?<message>.+)$/
const arrow = /^ *--> (?<file>[^:]+):(?<line>\d+):(?<column>\d+)$/
const lint = /^ *= note: `#\[(?:warn|deny|forbid)\((?<lint>[\w:]+)\)\]`/
const summary = /^(?:aborting due to|\d+ warnings? emitted|could not compile)/

export function rustcReader(): RustcReader {
  let open: RawDiagnostic | undefined
  let lines = 0
  const close = (): RawDiagnostic | undefined => {
    const finished = open
    open = undefined
    return finished
  }
  return {
    push: (line) => {
      const start = heading.exec(line)?.groups
      if (start !== undefined) {
        const finished = close()
        const message = start['message'] ?? ''
        if (summary.test(message)) return { taken: true, finished }
        lines = 0
        open = { tool: 'other', level: start['level'] === 'error' ? 'error' : 'warning', flag: start['code'], message }
        return { taken: true, finished }
      }
      if (open === undefined) return { taken: false }
      lines++
      const at = arrow.exec(line)?.groups
      if (at !== undefined && open.file === undefined) {
        open = { ...open, tool: 'rustc', file: at['file'], line: Number(at['line']), column: Number(at['column']) }
        return { taken: true }
      }
      const named = lint.exec(line)?.groups?.['lint']
      if (named !== undefined) {
        open = { ...open, flag: open.flag ?? named }
        return { taken: true }
      }
      // rustc's quoted source and notes are indented or numbered; anything else ends the message.
      if (/^(?: |\d+ *\||\.\.\.|$)/.test(line) && lines < 60 && (open.file !== undefined || lines < 2))
        return { taken: line !== '' }
      return { taken: false, finished: close() }
    },
    end: close,
  }
}
