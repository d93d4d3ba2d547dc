import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitLines } from '#process/split-lines'

function split(chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = []
  const splitter = splitLines((line) => lines.push(line))
  for (const chunk of chunks) splitter.push(chunk)
  splitter.end()
  return lines
}

describe('splitting bytes into lines', () => {
  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat(200)), (texts, cuts) => {
        const lines = texts.map((text) => text.replaceAll(/[\r\n]/g, ''))
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
          (a, b) => a - b,
        )
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
        expect(split(chunks)).toEqual(lines)
      }),
    )
  })

  it('takes CRLF for one line end and hands on an unfinished last line', () => {
    expect(split([Buffer.from('a\r\nb\n\nc')])).toEqual(['a', 'b', '', 'c'])
  })

  it('bounds a line that never ends', () => {
    const pieces = split([Buffer.alloc(200_000, 0x41)])
    expect(pieces.join('')).toHaveLength(200_000)
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(64 * 1024)
  })
})
