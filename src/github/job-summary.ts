import { stat } from 'node:fs/promises'
import { summary } from '@actions/core'

/** GitHub refuses a step's whole summary above this many bytes. */
export const summaryLimit = 1024 * 1024

/**
 * Appends markdown to the step's job summary. What does not fit is cut at a
 * line, with a note, since GitHub would show nothing at all.
 *
 * @param whereAll where the whole of it is, for the note
 */
export async function writeSummary(markdown: string, whereAll: string): Promise<void> {
  const file = process.env['GITHUB_STEP_SUMMARY']
  if (file === undefined || file === '') return
  const { size } = await stat(file)
  await summary.addRaw(fitMarkdown(`${markdown.trimEnd()}\n`, summaryLimit - size, whereAll)).write()
}

/** Cuts markdown at a line so that it and a note take at most `limit` bytes; whole when it fits. */
export function fitMarkdown(markdown: string, limit: number, whereAll: string): string {
  if (Buffer.byteLength(markdown) <= limit) return markdown
  const note = `\n\n_Cut here: the rest is in ${whereAll}._\n`
  const closing = '\n```\n</details>'
  const room = limit - Buffer.byteLength(note) - Buffer.byteLength(closing)
  if (room <= 0) return ''
  const kept = Buffer.from(markdown).subarray(0, room).toString('utf8')
  const lines = kept.slice(0, kept.lastIndexOf('\n') + 1)
  return lines.trimEnd() + openParts(lines) + note
}

/** What closes a code fence and a details element that the cut left open. */
function openParts(text: string): string {
  const fences = text.match(/^```/gm)?.length ?? 0
  const details = (text.match(/<details>/g)?.length ?? 0) - (text.match(/<\/details>/g)?.length ?? 0)
  return (fences % 2 === 1 ? '\n```' : '') + (details > 0 ? '\n</details>' : '')
}
