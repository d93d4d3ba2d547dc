import { visibleLine, visibleText } from '#report/visible-text'

/**
 * Untrusted text as a code span, the one place of GitHub's Markdown where no
 * mention, link, image, emoji, HTML or emphasis is read. The delimiter is longer
 * than any run of backticks inside.
 *
 * @param most characters kept
 */
export function codeSpan(text: string, most = 200): string {
  const content = visibleLine(text, most)
  if (content.trim() === '') return '` `'
  const fence = '`'.repeat(longestRun(content) + 1)
  const padding = /^[` ]|[` ]$/.test(content) ? ' ' : ''
  return `${fence}${padding}${content}${padding}${fence}`
}

/**
 * `codeSpan` for a cell of a table. A table is split at pipes before code is read,
 * and a backslash before a pipe cannot be escaped, so a pipe is shown as a broken bar.
 */
export function codeCell(text: string, most = 120): string {
  return codeSpan(text.replaceAll('|', '¦'), most)
}

/** Untrusted text of several lines as a fenced block at the outermost level. */
export function codeBlock(text: string, language = '', most = 4096): string {
  const content = visibleText(text, most).replace(/\n+$/, '')
  const fence = '`'.repeat(Math.max(3, longestRun(content) + 1))
  return `${fence}${language}\n${content}\n${fence}`
}

function longestRun(text: string): number {
  let longest = 0
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  return longest
}
