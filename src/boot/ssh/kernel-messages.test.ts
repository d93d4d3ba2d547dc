import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kernelMessages } from '#boot/ssh/kernel-messages'

test('messages from before the mark are left out; others look like a console’s', () => {
  const messages = kernelMessages('mark-1')
  const lines = [
    '4,1,5,-;Kernel panic - not syncing: long ago',
    '14,2,900,-;lkft mark-1',
    '12,3,1000001,-,caller=T1;WARNING: CPU: 0',
    ' SUBSYSTEM=pci',
    'nonsense',
    '6,4,61123456,c;a;b',
  ].map((line) => messages.push(line))
  expect(lines.filter((line) => line !== undefined)).toEqual([
    '<4>[    1.000001] WARNING: CPU: 0',
    '<6>[   61.123456] a;b',
  ])
})

test('any line is taken or left out', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (lines) => {
      const messages = kernelMessages('m')
      messages.push('6,1,1,-;m')
      for (const line of lines) expect(['string', 'undefined']).toContain(typeof messages.push(line))
    }),
  )
})
