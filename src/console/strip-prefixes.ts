import type { ConsoleLine, LineSource } from '#console/console-line'

/** What `stripPrefixes` found out about a line. */
export type StrippedLine = Omit<ConsoleLine, 'number' | 'raw'>

interface Found {
  source: LineSource
  level?: number
  seconds?: number
  caller?: string
}

interface Prefix {
  /** Characters that it can begin with. */
  readonly first: RegExp
  /** Sticky; tried at the current position. */
  readonly pattern: RegExp
  readonly take: (match: RegExpExecArray, found: Found) => void
}

const isKernel = (_: RegExpExecArray, found: Found): void => void (found.source = 'kernel')
const isNothing = (): void => {}

/** Text that consoles, log collectors and printk put before a kernel message, tried in this order, repeatedly. */
const prefixes: readonly Prefix[] = [
  {
    first: /\[/,
    // printk time, also with `@cpu` (Amlogic), `,cpu` (Motorola), a date (recovery systems), `s` (HiSilicon), comma for point
    pattern: /\[ {0,8}(\d{1,8})[.,](\d{3,9})(?:@\d+|,\d{1,3}|s| \/ \d\d-\d\d \d\d:\d\d:\d\d\.\d{3})?\] ?/y,
    take: (match, found) => {
      found.source = 'kernel'
      found.seconds = Number(`${match[1]}.${match[2]}`)
    },
  },
  {
    first: /\[/,
    // printk caller, CONFIG_PRINTK_CALLER
    pattern: /\[ {0,8}([TC]\d{1,8})\] ?/y,
    take: (match, found) => {
      found.source = 'kernel'
      found.caller = match[1] ?? ''
    },
  },
  {
    first: /\[/,
    // grabserial: seconds since the start and since the line before
    pattern: /\[\d{1,6}\.\d{6} \d{1,6}\.\d{6}\] /y,
    take: isNothing,
  },
  {
    first: /\[/,
    // `dmesg -d`
    pattern: /\[< {1,4}\d{1,8}\.\d{6}>\] /y,
    take: isKernel,
  },
  {
    first: /\[/,
    // Samsung and HiSilicon kernels: CPU and task after the time
    pattern: /\[(?:\d{1,2}: {0,20}[^\]]{1,24}: {0,8}\d{1,7}|pid:\d{1,8},cpu\d{1,3},[^\]]{1,24})\] ?/y,
    take: isNothing,
  },
  {
    first: /[[<]/,
    // printk level, also inside brackets; a program's line on /dev/kmsg has its facility above the level's three bits
    pattern: /\[?<(\d{1,3})>\]? ?/y,
    take: (match, found) => {
      found.source = 'kernel'
      found.level = Number(match[1]) & 7
    },
  },
  {
    first: /\d/,
    // /dev/kmsg and extended netconsole: level,sequence,microseconds,flags;
    pattern: /(\d{1,3}),(\d{1,12}),(\d{1,15}),[-c+](?:,[^;]{0,200})?;/y,
    take: (match, found) => {
      found.source = 'kernel'
      found.level = Number(match[1]) & 7
      found.seconds = Number(match[3]) / 1e6
    },
  },
  {
    first: /[a-z]/,
    // `dmesg -x`
    pattern:
      /(?:kern|user|daemon|auth|syslog|local\d) {0,3}:(?:emerg|alert|crit|err|warn|notice|info|debug) {0,3}: (?=\[)/y,
    take: isKernel,
  },
  {
    first: /[A-Z\d<]/,
    // syslog and journal, from the kernel, with date and host
    pattern:
      /(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,16}(?: [+-]\d{4} [A-Z]{3,4})?)(?: \S{1,80})? (?:user |kern\.\w+ )?(?:vmunix|kernel)(?:\[\d+\])?: ?/y,
    take: isKernel,
  },
  {
    first: /[A-Z\d]/,
    // syslog and journal, from a program
    pattern:
      /(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d+)?|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,16}) \S{1,80} [\w./@():-]{1,80}(?:\[\d+\])?: /y,
    take: (_, found) => void (found.source = 'program'),
  },
  { first: /\S/, pattern: /(?:\S{1,80} )?kernel: ?(?=\[|<)/y, take: isKernel },
  { first: /k/, pattern: /kernel: /y, take: isKernel },
  {
    first: /\[/,
    // `dmesg -T` and `dmesg -e`
    pattern:
      /\[(?:(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d+)? \d{4}|[A-Z][a-z]{2}\d{1,2} \d\d:\d\d| {1,4}\+ ?\d+\.\d{6})\] ?/y,
    take: isKernel,
  },
  {
    first: /[[\d]/,
    // test systems' own clocks, with or without brackets
    pattern: /\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?(?: #?> | |\t|$)/y,
    take: isNothing,
  },
  // Qualcomm and MediaTek kernels: CPU and task after the time
  { first: /c/, pattern: /c\d {1,6}\d{1,6} (?=\S)/y, take: isNothing },
  { first: /[-(]/, pattern: /(?:-)?\(\d\)\[\d+:[^\]]{1,20}\] ?/y, take: isNothing },
  // a mail's quoting
  { first: />/, pattern: /(?:> ?){1,4}(?=\[|<|\S+ kernel:)/y, take: isNothing },
  { first: /\s/, pattern: /\s{1,60}(?=\[ {0,8}\d{1,8}\.\d{3,9}\]|<[0-7]>|kernel: ?\[)/y, take: isNothing },
]

/** A program that names itself after the prefixes, as systemd does on /dev/kmsg; ia64 names the task of an oops so. */
const programName = /^[A-Za-z][\w.@/:-]{0,60}\[\d+\]: (?!Oops \d)/

/** `journalctl -o short-monotonic` names host and program behind the time. */
const kernelOfHost = /[\w.-]{1,64} kernel: /y
const programOfHost = /[\w.-]{1,64} (?=[A-Za-z][\w.@/:-]{0,60}\[\d+\]: )/y

/** Prefixes by the character they begin with. */
const byFirst: readonly (readonly Prefix[])[] = Array.from({ length: 128 }, (_, code) =>
  prefixes.filter((prefix) => prefix.first.test(String.fromCharCode(code))),
)
/** What may still stand behind a printk time. */
const behindTime: readonly (readonly Prefix[])[] = byFirst.map((row, code) =>
  /[[<(c-]/.test(String.fromCharCode(code)) ? row.filter((prefix) => !prefix.first.test('x')) : [],
)

/** Takes everything that stands before a message off a line without escape sequences. */
export function stripPrefixes(line: string): StrippedLine {
  const found: Found = { source: 'unknown' }
  let at = 0
  for (let rounds = 0; rounds < 8; rounds += 1) {
    const rows = (found.seconds === undefined ? byFirst : behindTime)[line.charCodeAt(at)] ?? []
    const length = takePrefix(rows, line, at, found)
    if (length === 0) break
    at += length
  }
  if (found.seconds !== undefined && line.includes(': ', at)) at += hostLength(line, at)
  const text = at === 0 ? line : line.slice(at)
  if (text.includes(']: ') && programName.test(text)) found.source = 'program'
  return { text, ...found }
}

function hostLength(line: string, at: number): number {
  for (const pattern of [kernelOfHost, programOfHost]) {
    pattern.lastIndex = at
    const match = pattern.exec(line)
    if (match !== null) return match[0].length
  }
  return 0
}

function takePrefix(rows: readonly Prefix[], line: string, at: number, found: Found): number {
  for (const { pattern, take } of rows) {
    pattern.lastIndex = at
    const match = pattern.exec(line)
    if (match === null || match[0] === '') continue
    take(match, found)
    return match[0].length
  }
  return 0
}
