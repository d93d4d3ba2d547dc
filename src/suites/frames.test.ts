import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeOrder, frameReader, runOrders } from '#suites/frames'

const read = frameReader('00c0ffee0000')

test('a frame is read wherever it stands in a line', () => {
  expect(read('@00c0ffee0000 12 8 end 3 0 x')).toMatchObject({ type: 'damaged', number: 12 })
  expect(read('@00c0ffee0000 12 12 end 3 0 exit')).toEqual({
    type: 'frame',
    before: '',
    frame: { number: 12, kind: 'end', words: ['3', '0', 'exit'] },
  })
  expect(read('unfinished@00c0ffee0000 1 7 begin 1')).toMatchObject({ type: 'frame', before: 'unfinished' })
})

test('what a test prints is no frame, not even one of another session', () => {
  for (const line of ['@deadbeef0000 1 7 begin 1', 'end 3 0 exit', '@00c0ffee000 1 7 begin 1', '']) {
    expect(read(line)).toEqual({ type: 'text', text: line })
  }
})

test('a frame that lost bytes is asked for again, never believed', () => {
  const body = 'hello 1 6.1 x86_64 a b'
  const whole = `@00c0ffee0000 7 ${body.length} ${body}`
  expect(read(whole).type).toBe('frame')
  for (let at = 14; at < whole.length; at++) {
    const line = read(whole.slice(0, at) + whole.slice(at + 1))
    expect(line.type === 'frame' && line.frame.number === 7).toBe(false)
  }
})

test('any bytes are read without an exception', () => {
  const types = new Set(['damaged', 'frame', 'text'])
  const lines = fc.oneof(
    fc.string(),
    fc.string().map((text) => `@00c0ffee0000 ${text}`),
  )
  fc.assert(
    fc.property(lines, (line) => types.has(read(line).type)),
    { numRuns: 300 },
  )
  expect(read('@00c0ffee0000 ').type).toBe('damaged')
})

test('a script of any text and length arrives as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 9000 }), (script) => {
      const orders = runOrders(3, script, 1.2)
      expect(orders.at(-1)).toBe('run 3 2')
      const base64 = orders.slice(0, -1).map((order) => order.replace(/^put /, ''))
      expect(Buffer.concat(base64.map((chunk) => Buffer.from(chunk, 'base64'))).toString()).toBe(
        Buffer.from(script).toString(),
      )
      for (const order of orders) expect(encodeOrder(order).length).toBeLessThan(4000)
    }),
    { numRuns: 50 },
  )
})
