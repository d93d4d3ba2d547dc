import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { splitConsoleLines } from '#console/console-lines'
import { type Crash, createCrashFinder } from '#console/find-crashes'

interface Sample {
  readonly kinds: string
  readonly name: string
  readonly text: string
}

/** Sections `## kinds what it is`; `-` for a quiet log. */
function readSamples(file: string): readonly Sample[] {
  const sections = readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8')
    .split(/^## /m)
    .slice(1)
  return sections.map((section, at) => {
    const [head = '', ...lines] = section.split('\n')
    return { kinds: head.split(' ')[0] ?? '', name: `${at} ${head}`, text: lines.join('\n') }
  })
}

function find(text: string): Crash[] {
  const finder = createCrashFinder()
  const crashes: Crash[] = []
  const lines = splitConsoleLines((line) => crashes.push(...finder.push(line)))
  lines.push(Buffer.from(text))
  lines.end()
  return [...crashes, ...finder.end()].sort((a, b) => a.line - b.line)
}

const head = /^\[\s*(\d+)\.(\d{6})\](\[\s*T\d+\])?(?: |$)/

/** Changes each line that has a printk time; gets the time with its brackets and the rest. */
const timed = (change: (time: string, rest: string, match: RegExpExecArray) => string) => (text: string) =>
  text
    .split('\n')
    .map((line) => {
      const match = head.exec(line)
      return match === null ? line : change(match[0].trimEnd(), line.slice(match[0].length), match)
    })
    .join('\n')
const every = (change: (line: string) => string) => (text: string) =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : change(line)))
    .join('\n')

/** The same log as other consoles and collectors write it. */
const shapes: Readonly<Record<string, (text: string) => string>> = {
  'without times': timed((_, rest) => rest),
  'of the same bug elsewhere in memory, later and in another process': timed((_, rest, match) => {
    const moved = rest
      .replaceAll(/\+0x[\da-f]+\/0x[\da-f]+/g, '+0x1a4/0x2c0')
      .replaceAll(/\b(?:ffff|c000)[\da-f]{12}\b/g, (address) => address.replace(/.{5}$/, 'a9b8c'))
      .replaceAll(/\b(PID|pid):? \d+/g, '$1: 4242')
    const seconds = Number(match[1])
    return `[${String(seconds === 0 ? 0 : seconds + 3600).padStart(5)}.${match[2]}] ${moved}`
  }),
  'with levels': timed((time, rest) => `<4>${time} ${rest}`),
  'with callers': timed((time, rest, match) => `${time}${match[3] === undefined ? '[  T123]' : ''} ${rest}`),
  coloured: timed((time, rest) => `\u001b[32m${time}\u001b[0m \u001b[1;31m${rest}\u001b[0m`),
  'with CRLF': (text) => text.replaceAll('\n', '\r\n'),
  'with CRCRLF': (text) => text.replaceAll('\n', '\r\r\n'),
  'behind NUL bytes': (text) => `\u0000\u0000${text}`,
  'behind a prompt': (text) => text.replace(/^\[/, 'login: ['),
  indented: timed((time, rest) => `${' '.repeat(20)}${time} ${rest}`),
  'of syslog': timed((time, rest) => `Nov 23 12:00:01 host kernel: ${time} ${rest}`),
  'of syslog without times': timed((_, rest) => `Nov 23 12:00:01 host kernel: ${rest}`),
  'of syslog with ISO times': timed((time, rest) => `2026-11-23T12:00:01.123456+00:00 host kernel: ${time} ${rest}`),
  'of the journal, monotonic': timed((time, rest) => `${time} host kernel: ${rest}`),
  'of /dev/kmsg and netconsole': timed((_, rest, match) => `4,123,${match[1]}${match[2]},-;${rest}`),
  'of dmesg -T': timed((_, rest) => `[Mon Nov 23 12:00:01 2026] ${rest}`),
  'of dmesg -x': timed((time, rest) => `kern  :warn  : ${time} ${rest}`),
  "of LAVA's output.yaml": every(
    (line) => `- {"dt": "2026-11-23T12:00:00.123456", "lvl": "target", "msg": ${JSON.stringify(line)}}`,
  ),
  'of LAVA as text': every((line) => `2026-11-23T12:00:00.123456 ${line}`),
  "of GitHub's job log": every((line) => `2026-11-23T12:00:00.1234567Z ${line}`),
  'of grabserial': every((line) => `[12.345678 0.000123] ${line}`),
  'of a Motorola kernel': timed((time, rest) => `${time.replace(/\d\]/, (end) => `${end[0]},3]`)} ${rest}`),
  'of a recovery system': timed(
    (time, rest) => `<6>${time.replace(/\d\]/, (end) => `${end[0]} / 05-03 18:11:50.340]`)} ${rest}`,
  ),
  'of a Samsung kernel': timed((time, rest) => `${time} [2:    kworker/2:1:   99] ${rest}`),
  'of a MediaTek kernel': timed((time, rest) => `${time} (1)[99:kworker/1:1]${rest}`),
  'of a HiSilicon kernel': timed((time, rest) => `${time.replace(']', 's]')}[pid:99,cpu1,kworker/1:1]${rest}`),
}

const reports = readSamples('reports.txt')
const identify = (crashes: readonly Crash[]): string[] => crashes.map(({ kind, signature }) => `${kind} ${signature}`)
const plain = new Map(reports.map(({ name, text }) => [name, identify(find(text))]))

describe('a whole report', () => {
  it.each(reports.map((sample) => [sample.name, sample] as const))('%s', (_, { text, kinds }) => {
    const crashes = find(text)
    expect(crashes.map((crash) => crash.kind).join(',') || '-').toBe(kinds)
  })
})

describe('a log that only mentions such words, or shows them again, is quiet', () => {
  const quiet = readSamples('quiet.txt')
  it.each(quiet.map((sample) => [sample.name, sample] as const))('%s', (_, { text, kinds }) => {
    const crashes = find(text)
    expect(crashes.map((crash) => crash.kind).join(',') || '-').toBe(kinds)
  })
})

describe('every report has the same kinds and signatures in a log', () => {
  it.each(Object.entries(shapes))('%s', (_, shape) => {
    for (const { name, text } of reports)
      expect([name, ...identify(find(shape(text)))]).toEqual([name, ...(plain.get(name) ?? [])])
  })

  it('in which a program writes between its lines', () => {
    for (const { name, text } of reports.filter((sample) => head.test(sample.text))) {
      const mixed = text
        .split('\n')
        .map((line, at) => (at % 3 === 1 ? `a program says BUG: nothing\n${line}` : line))
        .join('\n')
      expect([name, ...identify(find(mixed))]).toEqual([name, ...(plain.get(name) ?? [])])
    }
  })

  it('in which another CPU reports at the same time', () => {
    const other = '[    9.000000][    C9] WARNING: CPU: 9 PID: 9 at other.c:9 other_function+0x1/0x2'
    for (const { name, text } of reports.filter(
      (sample) => head.test(sample.text) && !/Linux version/.test(sample.text),
    )) {
      const called = shapes['with callers']?.(text) ?? ''
      const [first = '', ...rest] = called.split('\n')
      const mixed = [first, other, ...rest].join('\n')
      const kinds = find(mixed)
        .filter((crash) => !crash.title.includes('other_function'))
        .map((crash) => crash.kind)
      expect([name, ...kinds]).toEqual([name, ...(plain.get(name) ?? []).map((found) => found.split(' ')[0])])
    }
  })
})
