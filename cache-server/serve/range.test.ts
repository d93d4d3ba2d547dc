import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRange } from '#cache-server/serve/range'

test('ranges are read as RFC 9110 has them', () => {
  expect(parseRange('bytes=0-4', 10)).toEqual([{ first: 0, last: 4 }])
  expect(parseRange('bytes=5-', 10)).toEqual([{ first: 5, last: 9 }])
  expect(parseRange('bytes=-3', 10)).toEqual([{ first: 7, last: 9 }])
  expect(parseRange('bytes=8-100', 10)).toEqual([{ first: 8, last: 9 }])
  expect(parseRange('bytes=0-1, 4-5', 10)).toEqual([
    { first: 0, last: 1 },
    { first: 4, last: 5 },
  ])
  expect(parseRange('bytes=10-', 10)).toEqual([])
  for (const bad of [undefined, '', 'bytes=', 'bytes=-', 'bytes=5-2', 'items=0-1', 'bytes=a-b', 'bytes=0-9,0-9']) {
    expect(parseRange(bad, 10), String(bad)).toBeUndefined()
  }
})

test('whatever the header says, a range lies within the resource', () => {
  const header = fc.oneof(
    fc.string(),
    fc.array(fc.tuple(fc.nat(30), fc.nat(30))).map((all) => `bytes=${all.map(([a, b]) => `${a}-${b}`).join(',')}`),
  )
  fc.assert(
    fc.property(header, fc.nat(20), (text, size) =>
      (parseRange(text, size) ?? []).every(({ first, last }) => first >= 0 && first <= last && last < size),
    ),
  )
})
