import { expect, it } from 'vitest'
import { joinPlace, splitPlace } from '#boot/overlay-place'

it.each([
  ['m.tar.xz', 'm.tar.xz', '/'],
  ['/a/m.tar.xz#/usr', '/a/m.tar.xz', '/usr'],
  ['https://example.org/ltp.tar.zst#/opt/ltp', 'https://example.org/ltp.tar.zst', '/opt/ltp'],
  ['https://example.org/a.tar#sha256=12#/opt', 'https://example.org/a.tar#sha256=12', '/opt'],
  ['https://example.org/a.tar#sha256=12', 'https://example.org/a.tar#sha256=12', '/'],
])('%s', (text, from, place) => {
  expect(splitPlace(text)).toEqual({ from, place })
  expect(joinPlace(from, place)).toBe(text)
})
