import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { splitConsoleLines } from '#console/console-lines'
import { crashPatterns } from '#console/crash-patterns'
import { createCrashFinder } from '#console/find-crashes'

/** `kind,…|text`: how reports begin in every architecture and age of the kernel; `-` for text that is none; `@@` is a newline. */
const heads = readFileSync(new URL('fixtures/heads.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => [line.slice(0, line.indexOf('|')), line.slice(line.indexOf('|') + 1)] as const)

function kindsOf(text: string): string {
  const finder = createCrashFinder()
  const kinds: string[] = []
  const lines = splitConsoleLines((line) => kinds.push(...finder.push(line).map((crash) => crash.kind)))
  lines.push(Buffer.from(`${text.replaceAll('@@', '\n')}\n`))
  lines.end()
  return [...kinds, ...finder.end().map((crash) => crash.kind)].join(',') || '-'
}

describe('a report that begins so is of that kind', () => {
  it.each(heads)('%s: %s', (kinds, text) => {
    expect(kindsOf(text)).toBe(kinds)
  })
})

it('every row names the kernel file or release that prints it, and an anchor long enough to look for', () => {
  for (const row of crashPatterns) {
    expect(row.source.length).toBeGreaterThan(5)
    expect(row.anchor.length).toBeGreaterThanOrEqual(4)
  }
})
