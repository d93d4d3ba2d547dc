import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeTelnet, escapeTelnet } from '#lab/telnet-filter'

test('data passes through escaping and decoding unchanged, cut anywhere', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(60), (data, cut) => {
      const wire = escapeTelnet(data)
      const first = decodeTelnet(wire.subarray(0, cut))
      const second = decodeTelnet(Buffer.concat([first.rest, wire.subarray(cut)]))
      const nulls = (bytes: Uint8Array): Buffer => Buffer.from(bytes.filter((byte) => byte !== 0))
      expect(nulls(Buffer.concat([first.data, second.data]))).toEqual(nulls(data))
    }),
  )
})

test('any bytes are decoded without an answer to an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const answered = new Set<number>()
      decodeTelnet(bytes, answered)
      expect(decodeTelnet(bytes, answered).reply).toHaveLength(0)
    }),
  )
})

test('COM-PORT-OPTION (RFC 2217) is refused, echo and binary are accepted once', () => {
  const hello = [255, 251, 1, 255, 251, 0, 255, 253, 44, 255, 250, 44, 1, 255, 255, 255, 240, 0x68, 0x69]
  const { data, reply } = decodeTelnet(Uint8Array.from(hello))
  expect(Buffer.from(data).toString()).toBe('hi')
  expect([...reply]).toEqual([255, 253, 1, 255, 253, 0, 255, 252, 44])
})
