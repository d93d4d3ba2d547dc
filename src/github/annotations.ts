import { error, notice, warning } from '@actions/core'
import type { CommandStream } from '#github/workflow-commands'
import { defined } from '#github/defined'
import { printable } from '#log/printable'

/** A remark that GitHub shows on a line of the diff or on the run's page. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly message: string
  readonly title?: string | undefined
  /** Relative to the repository. */
  readonly file?: string | undefined
  readonly line?: number | undefined
}

/** GitHub shows this many of each level per step and drops the rest without a word. */
const shownPerLevel = 10

const write = { error, warning, notice } as const

/** The runner cuts a longer message. */
const longestMessage = 4096

/** Writes annotations; past GitHub's cap the last one says how many there are and where. */
export function annotate(stream: CommandStream, annotations: readonly Annotation[], whereAll: string): void {
  for (const level of ['error', 'warning', 'notice'] as const) {
    const all = annotations.filter((annotation) => annotation.level === level)
    const shown = all.length > shownPerLevel ? all.slice(0, shownPerLevel - 1) : all
    for (const { message, title, file, line } of shown) {
      const place = defined({ title: title && printable(title), file: file && printable(file), startLine: line })
      stream.obeyed(() => write[level](cut(message), place))
    }
    if (shown.length < all.length) {
      stream.obeyed(() => write[level](`${all.length - shown.length} more: ${whereAll}`))
    }
  }
}

function cut(message: string): string {
  const text = message.split('\n').map(printable).join('\n')
  return text.length <= longestMessage ? text : `${text.slice(0, longestMessage - 1)}…`
}
