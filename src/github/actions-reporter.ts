import { endGroup, startGroup } from '@actions/core'
import type { CommandStream } from '#github/workflow-commands'
import { printable } from '#log/printable'
import type { Reporter } from '#log/reporter'

/** A status is shown at most this often: an Actions log keeps every line. */
const statusEveryMs = 30_000

/** Shows a stage in an Actions log: each section is a group that holds its commands and all output. */
export function actionsReporter(stream: CommandStream, now: () => number = () => performance.now()): Reporter {
  let open = false
  let lastStatus = now()
  const endSection = (): void => {
    if (open) stream.obeyed(endGroup)
    open = false
  }
  const say = (prefix: string, text: string): void => stream.text(prefix + printable(text))
  return {
    section: (title) => {
      endSection()
      stream.obeyed(() => startGroup(printable(title)))
      open = true
    },
    command: (line) => say('+ ', line),
    output: (line) => say('', line),
    status: (text) => {
      if (now() - lastStatus < statusEveryMs) return
      lastStatus = now()
      say('.. ', text)
    },
    info: (text) => say('', text),
    warn: (text) => say('warning: ', text),
    error: (text) => say('error: ', text),
    close: () => {
      endSection()
      stream.close()
    },
  }
}
