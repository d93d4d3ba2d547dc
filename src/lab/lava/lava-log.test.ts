import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readLavaLine, readLavaResult, wholeLines } from '#lab/lava/lava-log'

test('any text a board prints comes out of the log as it went in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (msg) => {
      const line = `- ${JSON.stringify({ dt: '2026-01-01T00:00:00', lvl: 'target', msg })}`
      expect(readLavaLine(line)).toEqual({ level: 'target', message: msg, time: '2026-01-01T00:00:00' })
    }),
  )
})

test('any line is an entry or nothing, and numbers with a YAML tag are read', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const entry = readLavaLine(`- {${text}`)
      expect(entry === undefined || typeof entry.level === 'string').toBe(true)
    }),
  )
  const line = `- {"dt": "", "lvl": "results", "msg": {"case": "a", "definition": "0_b", "result": "pass", "starttc": ! "537"}}`
  const entry = readLavaLine(line)
  expect(entry === undefined ? undefined : readLavaResult(entry)).toMatchObject({ case: 'a', starttc: '537' })
})

test('a line is used only when its newline has come', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^\n]*$/)), fc.stringMatching(/^[^\n]*$/), (lines, rest) => {
      expect(wholeLines(`${lines.map((line) => `${line}\n`).join('')}${rest}`)).toEqual(lines)
    }),
  )
})
