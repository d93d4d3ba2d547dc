import type { ConsoleLine } from '#console/console-line'

/** Tells a kernel's second banner from one that is only shown again, by `dmesg` or `cat /proc/version`. */
export interface BannerCheck {
  /** Takes every line; gives the line of a banner once it is clear that a kernel printed it. */
  push(line: ConsoleLine): number | undefined
  /** Takes a banner that came unasked; gives the lines of banners that need no further look. */
  banner(line: ConsoleLine): readonly number[] | undefined
  /** The console ended: gives a banner of which nothing said that it was only shown. */
  end(): number | undefined
  readonly idle: boolean
}

/** Timed lines remembered of the first boot. */
const remembered = 64
/** Lines of the first boot that come again, with the very same times, when its log is shown. */
const enoughSame = 3
/** Lines with other times, after which it is another boot. */
const enoughOther = 8
/** Lines after a banner without a time, among which a kernel says more of itself. */
const patience = 20

/** What a kernel without printk times says soon after its banner. */
const introduction =
  /^(?:Command line: |Kernel command line: |CPU: |Machine model: |Machine: |OF: |KERNEL supported cpus|BIOS-provided|BIOS-e820|Booting Linux on |CPU0 revision|Zone ranges:|Memory policy: |setup: |MIPS: |PROMLIB: |SBI specification|efi: |bootconsole |printk: |Using \S+ machine description|x86\/fpu: )/

interface Doubt {
  readonly line: ConsoleLine
  same: number
  other: number
  lines: number
}

/** Starts without a boot. */
export function createBannerCheck(): BannerCheck {
  const early = new Set<string>()
  let timed = false
  let doubt: Doubt | undefined

  const settle = (isBoot: boolean): number | undefined => {
    const line = doubt?.line.number
    doubt = undefined
    if (isBoot) early.clear()
    return isBoot ? line : undefined
  }
  return {
    push: (line) => {
      const key = (line.seconds ?? 0) > 0 ? `${line.seconds} ${line.text}` : undefined
      if (key !== undefined) timed = true
      if (doubt === undefined) {
        if (key !== undefined && early.size < remembered) early.add(key)
        return undefined
      }
      doubt.lines += 1
      if (doubt.line.seconds === undefined) {
        if (introduction.test(line.text)) return settle(true)
        return doubt.lines > patience ? settle(false) : undefined
      }
      if (key === undefined) return undefined
      if (early.has(key)) doubt.same += 1
      else doubt.other += 1
      if (doubt.same >= enoughSame) return settle(false)
      return doubt.other >= enoughOther ? settle(true) : undefined
    },
    banner: (line) => {
      // A kernel with printk times has one on its banner too.
      if (timed && line.seconds === undefined) return undefined
      const earlier = doubt?.line.number
      if (line.seconds !== undefined && early.size < enoughSame) {
        doubt = undefined
        return earlier === undefined ? [line.number] : [earlier, line.number]
      }
      doubt = { line, same: 0, other: 0, lines: 0 }
      return earlier === undefined ? undefined : [earlier]
    },
    end: () => (doubt === undefined ? undefined : settle(doubt.line.seconds !== undefined && doubt.same === 0)),
    get idle() {
      return doubt === undefined
    },
  }
}
