import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatSize, formatTtl, parseSize, parseTtl } from '#cache-server/quantities'

test('a ttl is a number above zero and one unit', () => {
  expect(['10d', '4h', '30m', '15s'].map(parseTtl)).toEqual([864_000, 14_400, 1800, 15])
  for (const text of ['', '0d', '1', 'd', '-1s', '1.5h', '1w', ' 1d', '1d ', '1dd'])
    expect(parseTtl(text), text).toBeUndefined()
  fc.assert(fc.property(fc.string(), (text) => (parseTtl(text) ?? 1) > 0))
  expect([864_000, 5400, 61, 0].map(formatTtl)).toEqual(['10d', '90m', '61s', '0s'])
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e9 }), (seconds) => parseTtl(formatTtl(seconds)) === seconds))
})

test('sizes are read in both kinds of units and written for people', () => {
  expect(['5GiB', '200 MB', '1k', '7', 12].map(parseSize)).toEqual([5 * 2 ** 30, 200e6, undefined, 7, 12])
  expect([0, 1023, 1536, 5 * 2 ** 30].map(formatSize)).toEqual(['0 B', '1023 B', '1.50 KiB', '5.00 GiB'])
  fc.assert(fc.property(fc.nat(), (bytes) => parseSize(String(bytes)) === bytes))
})
