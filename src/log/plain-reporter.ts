import { printable } from '#log/printable'
import type { Reporter } from '#log/reporter'

/** Lines for a pipe or a log file: sections and messages at once, a status at most every `everyMs`. */
export function plainReporter(
  write: (line: string) => void,
  options: { readonly showOutput?: boolean; readonly everyMs?: number; readonly now?: () => number } = {},
): Reporter {
  const { showOutput = false, everyMs = 10_000, now = () => performance.now() } = options
  let last = now()
  const say = (prefix: string, text: string): void => {
    last = now()
    write(prefix + printable(text))
  }
  return {
    section: (title) => say('== ', title),
    command: (line) => say('+ ', line),
    output: (line) => showOutput && say('  ', line),
    status: (text) => {
      if (now() - last >= everyMs) say('.. ', text)
    },
    info: (text) => say('', text),
    warn: (text) => say('warning: ', text),
    error: (text) => say('error: ', text),
    close: () => {},
  }
}
