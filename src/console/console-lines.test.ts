import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ConsoleLine, readConsoleLine, splitConsoleLines } from '#console/console-lines'

function split(bytes: Uint8Array, chunk = bytes.length || 1): ConsoleLine[] {
  const out: ConsoleLine[] = []
  const lines = splitConsoleLines((line) => out.push(line))
  for (let at = 0; at < bytes.length; at += chunk) lines.push(bytes.subarray(at, at + chunk))
  lines.end()
  return out
}

const text = 'BUG: KASAN: use-after-free in f+0x1/0x2'

describe('prefixes', () => {
  it.each([
    ['nothing', '', {}],
    ['time', '[    1.234567] ', { seconds: 1.234567, source: 'kernel' }],
    ['level and time', '<4>[    1.234567] ', { level: 4, seconds: 1.234567 }],
    ['time and level', '[    1.234567] <4>', { level: 4, seconds: 1.234567 }],
    ['time and task', '[    1.234567][  T123] ', { caller: 'T123' }],
    ['time and interrupt on a CPU', '[    1.234567][    C0] ', { caller: 'C0' }],
    ['time and task apart', '[    1.234567] [ T1234] ', { caller: 'T1234' }],
    ['colours', '\u001b[0;31m[    1.234567] \u001b[0m', { seconds: 1.234567 }],
    ['syslog', 'Nov 23 12:34:56 host kernel: ', { source: 'kernel' }],
    ['syslog and time', 'Nov  3 12:34:56 host kernel: [   12.345678] ', { seconds: 12.345678 }],
    ['journal in ISO time', '2026-11-23T12:34:56.123456+00:00 host kernel: ', { source: 'kernel' }],
    ['a program in syslog', 'Nov 23 12:34:56 host sshd[12]: ', { source: 'program' }],
    ['human dmesg', '[Mon Nov 23 12:34:56 2026] ', { source: 'kernel' }],
    ['decoded dmesg', 'kern  :warn  : [   12.345678] ', { seconds: 12.345678 }],
    ['/dev/kmsg', '4,339,5140900,-;', { level: 4, seconds: 5.1409 }],
    ['a runner with its clock', '2026-11-23T12:34:56.1234567Z [   12.345678] ', { seconds: 12.345678 }],
    ['a clock of the day', '12:34:56.789 [   12.345678] ', { seconds: 12.345678 }],
    ['Amlogic', '[   12.345678@0] ', { seconds: 12.345678 }],
    ['a message of syslogd to all', ' kernel:[   12.345678] ', { seconds: 12.345678 }],
    ['syslog with zone and level', '2026-11-23 12:34:56 +0000 UTC kern.alert kernel: ', { source: 'kernel' }],
    ['a mail', '> [   12.345678] ', { seconds: 12.345678 }],
  ])('%s', (_, prefix, found) => {
    const raw = `${prefix}${text}`
    expect(readConsoleLine(raw, 1)).toMatchObject({ ...found, text, raw, number: 1 })
  })

  it('takes the message out of a line of LAVA', () => {
    const line = `- {"dt": "2026-11-23T12:34:56.123456", "lvl": "target", "msg": "[   12.345678] ${text}"}`
    expect(readConsoleLine(line, 1)).toMatchObject({ text, seconds: 12.345678 })
    expect(readConsoleLine(line.replace('target', 'debug'), 1).text).toBe('')
  })

  it('keeps the indentation of KTAP', () => {
    expect(readConsoleLine('[    1.234567]     ok 1 a', 1).text).toBe('    ok 1 a')
  })
})

describe('lines', () => {
  it('are counted by newlines, whatever carriage returns stand in them', () => {
    const lines = split(Buffer.from('a\r\n\r\nb\r\r\nc\rd\ne'))
    expect(lines.map(({ number, text: shown }) => [number, shown])).toEqual([
      [1, 'a'],
      [2, ''],
      [3, 'b'],
      [4, 'c'],
      [4, 'd'],
      [5, 'e'],
    ])
  })

  it('are two when the kernel prints behind a prompt', () => {
    const lines = split(Buffer.from(`host login: [   12.345678] ${text}\n`))
    expect(lines.map((line) => [line.text, line.source])).toEqual([
      ['host login: ', 'unknown'],
      [text, 'kernel'],
    ])
  })

  it('are the same however the bytes are cut, and never lost', () => {
    const bytes = fc.array(fc.constantFrom('[    1.000000] ', 'ü', '\r', '\n', 'a b', '\u001b[1m', '<6>'), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 9 }), (parts, chunk) => {
        const all = Buffer.from(parts.join(''))
        expect(split(all, chunk)).toEqual(split(all))
      }),
    )
  })

  it('hold any bytes without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        for (const line of split(bytes)) expect(typeof line.text).toBe('string')
      }),
    )
  })

  it('that never end are cut, and the next line is whole again', () => {
    const lines = split(Buffer.from(`${'x'.repeat(1 << 20)}\nnext\n`), 4096)
    expect(lines.map((line) => [line.number, line.text.length])).toEqual([
      [1, 16 * 1024],
      [2, 4],
    ])
  })
})
