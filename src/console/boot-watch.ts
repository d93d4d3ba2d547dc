import type { ConsoleLine } from '#console/console-line'
import { crashKinds } from '#console/crash-kinds'
import { signCrash } from '#console/crash-signature'
import type { Run } from '#schema/documents'

type Crash = Run['crashes'][number]

export interface BootWatch {
  /** Takes the next line, and whether it holds one of `bootAnchors`; gives a reboot that nobody asked for. */
  push(line: ConsoleLine, told: boolean): readonly Crash[]
  /** The console ended: gives a boot that still waited. */
  end(): readonly Crash[]
  readonly idle: boolean
}

/** Text that tells about boots, looked for before anything else. */
export const bootAnchors: readonly string[] = [
  'Booting the kernel',
  'Gave up waiting for root',
  'Linux version ',
  'U-Boot ',
  'Waiting for root device',
  'ernel panic - not syncing',
  'reboot: ',
  'Restarting system',
  'Starting new kernel',
  'Rebooting in ',
  '-- Reboot --',
  '-- Boot ',
]

const none: readonly Crash[] = []

const banner = /^(?:Linux version \d+\.\d+|Booting the kernel\b|U-Boot (?:SPL )?20\d\d\.\d\d)/
const asked =
  /^(?:reboot: |Restarting system|kexec_core: Starting new kernel|Starting new kernel|Rebooting in \d+|-- Reboot --|-- Boot |.*Kernel panic - not syncing)/
const waiting = /^(?:md: )?(?:Waiting for root device|Gave up waiting for root(?: file system)? device)\.?\s*(\S*?)\.*$/
const progress =
  /^(?:VFS: Mounted root|EXT4-fs \(|Run \/|Freeing unused kernel|Kernel panic|VFS: Cannot open root|.*login:|md: Autodetecting)/

/** Follows boots: a second banner without a reason, and a root device that does not come. */
export function createBootWatch(): BootWatch {
  let ran = false
  let expected = false
  let stall: { line: ConsoleLine; device: string } | undefined

  return {
    push: (line, told) => {
      if (line.source === 'program') return []
      const { text } = line
      if (told && banner.test(text)) {
        const unasked = ran && !expected
        // Boot loader, decompressor and kernel each print a banner of the same boot.
        ran = text.startsWith('Linux')
        expected = false
        stall = undefined
        return unasked ? [event('reboot', 'the kernel started again unasked', line.number)] : []
      }
      if ((line.seconds ?? 0) > 0) ran = true
      if (stall === undefined && !told) return none
      if (asked.test(text)) expected = true
      const wait = waiting.exec(text)
      if (wait !== null) stall ??= { line, device: wait[1] ?? '' }
      else if (stall !== undefined && progress.test(text)) stall = undefined
      return []
    },
    end: () =>
      stall === undefined ? [] : [event('boot-stall', `Waiting for root device ${stall.device}`, stall.line.number)],
    get idle() {
      return stall === undefined
    },
  }
}

function event(kind: Crash['kind'], title: string, line: number): Crash {
  return {
    kind,
    severity: crashKinds[kind].severity,
    title,
    location: null,
    signature: signCrash(kind, title, []),
    line,
    cpu: null,
    task: null,
    trace: [],
    test: null,
  }
}
