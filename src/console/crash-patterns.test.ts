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

/** What kernels, their tests and programs say on machines that are well, one line each. */
const quiet = readFileSync(new URL('fixtures/quiet-lines.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')

describe('no line of a machine that is well begins a report', () => {
  it.each([
    ['of a kernel with times', (line: string) => `[   12.345678] ${line}`],
    ['of a kernel with levels and callers', (line: string) => `<4>[   12.345678][    T1] ${line}`],
    ['without times', (line: string) => line],
    ['among lines with times', (line: string) => `[    1.000000] a@@[    1.000001] b@@${line}@@[    1.000002] c`],
  ])('%s', (_, shape) => {
    expect(quiet.filter((line) => kindsOf(shape(line)) !== '-')).toEqual([])
  })

  it('nor do all of them together', () => {
    expect(kindsOf(quiet.map((line, at) => `[${(10 + at / 100).toFixed(6).padStart(12)}] ${line}`).join('@@'))).toBe(
      '-',
    )
  })
})

it('every row names the kernel file or release that prints it, and an anchor long enough to look for', () => {
  for (const row of crashPatterns) {
    expect(row.source.length).toBeGreaterThan(5)
    expect(row.anchor.length).toBeGreaterThanOrEqual(4)
  }
})
