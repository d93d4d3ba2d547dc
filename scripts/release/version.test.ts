import fc from 'fast-check'
import { expect, test } from 'vitest'
import { majorTag, movesMajor, readVersion } from './version.ts'

const version = (text: string) => {
  const read = readVersion(text)
  if (read === undefined) throw new Error(text)
  return read
}

test.each(['v1.2.3', '1.2', '1.2.3.4', '01.2.3', '1.2.3 ', '1.2.3;x', ''])('%j is no version', (text) => {
  expect(readVersion(text)).toBeUndefined()
})

test('any three numbers are a version', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), (a, b, c) => {
      expect(version(`${a}.${b}.${c}`).numbers).toEqual([a, b, c])
    }),
  )
})

test.each([
  ['1.2.3', [], true],
  ['1.2.3', ['v1.2.2', 'v1.2.3', 'v2.0.0', 'v1', 'other'], true],
  ['1.2.3', ['v1.10.0'], false],
  ['1.2.3', ['v1.3.0-rc.1'], true],
  ['1.2.3-rc.1', [], false],
])('%s among %j moves v1: %j', (text, tags, moves) => {
  expect(movesMajor(version(text), tags)).toBe(moves)
  expect(majorTag(version(text))).toBe('v1')
})
