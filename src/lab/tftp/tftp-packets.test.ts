import fc from 'fast-check'
import { expect, test } from 'vitest'
import { negotiateOptions } from '#lab/tftp/negotiate-options'
import { errorPacket, optionAckPacket, parseTftpPacket } from '#lab/tftp/tftp-packets'

test('any bytes parse to a packet or to nothing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const packet = parseTftpPacket(bytes)
      const names = packet?.kind === 'read' || packet?.kind === 'write' ? [packet.name] : []
      expect(names.filter((name) => name.includes('\0'))).toEqual([])
    }),
  )
})

test('a read request with options is read back', () => {
  const text = fc.string({ unit: 'grapheme-ascii' }).filter((word) => !word.includes('\0'))
  fc.assert(
    fc.property(
      text,
      fc.dictionary(
        text.map((word) => word.toLowerCase()),
        text,
      ),
      (name, options) => {
        const words = [name, 'octet', ...Object.entries(options).flat()].map((word) => `${word}\0`).join('')
        const packet = parseTftpPacket(Buffer.concat([Buffer.of(0, 1), Buffer.from(words, 'latin1')]))
        expect(packet).toEqual({ kind: 'read', name, mode: 'octet', options: new Map(Object.entries(options)) })
      },
    ),
  )
})

test('an error packet is read back', () => {
  expect(parseTftpPacket(errorPacket(1, 'File not found'))).toEqual({
    kind: 'error',
    code: 1,
    message: 'File not found',
  })
})

test('terms stay within what a datagram and memory can hold', () => {
  const asked = new Map([
    ['blksize', '99999'],
    ['windowsize', '100000'],
    ['timeout', '0'],
    ['tsize', '0'],
    ['rollover', '1'],
  ])
  expect(negotiateOptions(asked, 7)).toEqual({
    blockSize: 65_464,
    windowSize: 64,
    retryMs: 1000,
    agreed: new Map([
      ['blksize', '65464'],
      ['windowsize', '64'],
      ['tsize', '7'],
    ]),
  })
  expect(optionAckPacket(new Map([['tsize', '7']])).toString('latin1')).toBe(['\0\u0006tsize', '7', ''].join('\0'))
})
