import { createBannerCheck } from '#console/boot-banner'
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
  'EFI stub: ',
  'Gave up waiting for root',
  'Linux version ',
  'OpenSBI v',
  'U-Boot ',
  'Uncompressing Linux',
  'Waiting for root device',
  'ernel panic - not syncing',
  'reboot: ',
  'Resetting',
  'Restarting system',
  'Starting new kernel',
  'Rebooting in ',
  '-- Reboot --',
  '-- Boot ',
]

const none: readonly Crash[] = []

/** Boot loader and decompressor; nobody else prints such lines. */
const loader =
  /^(?:Booting the kernel\b|U-Boot (?:SPL )?20\d\d\.\d\d|OpenSBI v\d|EFI stub: Booting Linux Kernel|Uncompressing Linux\.\.\.)/
const kernel = /^Linux version \d+\.\d+/
const asked =
  /^(?:reboot: |Restarting system|kexec_core: Starting new kernel|Starting new kernel|Rebooting in \d+|-- Reboot --|-- Boot |(?:sysrq|SysRq) ?: Resetting|.*Kernel panic - not syncing)/
const waiting = /^(?:md: )?(?:Waiting for root device|Gave up waiting for root(?: file system)? device)\.?\s*(\S*?)\.*$/
const progress =
  /^(?:VFS: Mounted root|EXT4-fs \(|Run \/|Freeing unused kernel|Kernel panic|VFS: Cannot open root|.*login:|md: Autodetecting)/

/** Follows boots: a second banner without a reason, and a root device that does not come. */
export function createBootWatch(): BootWatch {
  let ran = false
  let expected = false
  let stall: { line: ConsoleLine; device: string } | undefined
  const check = createBannerCheck()

  const restarted = (line: number): readonly Crash[] => [bootEvent('reboot', 'the kernel started again unasked', line)]
  return {
    push: (line, told) => {
      if (line.source === 'program') return none
      const settled = check.push(line)
      const reboots = settled === undefined ? none : restarted(settled)
      if (told && loader.test(line.text)) {
        const unasked = ran && !expected
        // Boot loader, decompressor and kernel each print a banner of the same boot.
        ran = false
        expected = false
        stall = undefined
        return unasked ? [...reboots, ...restarted(line.number)] : reboots
      }
      if (told && kernel.test(line.text)) {
        const unasked = ran && !expected
        ran = true
        expected = false
        stall = undefined
        return unasked ? [...reboots, ...(check.banner(line) ?? []).flatMap(restarted)] : reboots
      }
      if ((line.seconds ?? 0) > 0) ran = true
      if (stall === undefined && !told) return reboots
      if (asked.test(line.text)) expected = true
      const wait = waiting.exec(line.text)
      if (wait !== null) stall ??= { line, device: wait[1] ?? '' }
      else if (stall !== undefined && progress.test(line.text)) stall = undefined
      return reboots
    },
    end: () => {
      const last = check.end()
      return [
        ...(last === undefined ? [] : restarted(last)),
        ...(stall === undefined
          ? []
          : [bootEvent('boot-stall', `Waiting for root device ${stall.device}`, stall.line.number)]),
      ]
    },
    get idle() {
      return stall === undefined && check.idle
    },
  }
}

/** An event that no report of the kernel tells: it shows in what comes, or does not come, on the console. */
export function bootEvent(kind: Crash['kind'], title: string, line: number): Crash {
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
