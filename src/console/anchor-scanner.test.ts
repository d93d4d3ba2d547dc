import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createByteScanner, createTextScanner } from '#console/anchor-scanner'

const anchors = ['BUG: KASAN: ', 'BUG: ', 'Oops', 'detected stall', 'abab', 'babb']
const piece = fc.constantFrom(...anchors, 'a', 'b', 'B', 'Oop', ' ', '\n', 'BUG:')

describe('the scanners', () => {
  const bytes = createByteScanner(anchors)
  const texts = createTextScanner(anchors)

  it('find exactly what includes() finds', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('')
        const held = anchors.flatMap((anchor, at) => (text.includes(anchor) ? [at] : []))
        expect(texts(text)).toEqual(held)
        const found = bytes.find(Buffer.from(text), 0, text.length)
        expect(found === -1).toBe(held.length === 0)
        expect(found === -1 || anchors.some((anchor) => text.startsWith(anchor, found))).toBe(true)
      }),
    )
  })

  it('look only between start and end', () => {
    const text = Buffer.from('Oops....Oops')
    expect(bytes.find(text, 1, 12)).toBe(8)
    expect(bytes.find(text, 1, 11)).toBe(-1)
  })

  it('refuse an anchor that is too short to look for', () => {
    expect(() => createByteScanner(['BUG'])).toThrow(RangeError)
  })
})
