import { bootEvent } from '#console/boot-watch'
import type { ConsoleLine } from '#console/console-line'
import type { Run } from '#schema/documents'

/** Notices that a boot loader handed over and that nothing at all came after it. */
export interface SilenceWatch {
  push(line: ConsoleLine): void
  /** The log ended: the boot that never began, or undefined. */
  end(): Run['crashes'][number] | undefined
}

/** The last words of a boot loader or decompressor; what comes next comes from the kernel. */
const handover =
  /^(?:Starting kernel \.\.\.|EFI stub: Exiting boot services.*|Uncompressing Linux\.{3} done, booting the kernel\.|Booting the kernel(?: \(.*\))?\.)\s*$/

/** Lines of theirs that stand behind such words. */
const afterwards =
  /^(?:\s*$|EFI stub: |Uncompressing Linux|Decompressing Linux|Parsing ELF|Performing relocations|Booting the kernel)/

/**
 * For whole logs only: a machine that runs tests may be silent on its console and well.
 * The first boot counts; a log that ends in a later one tells of a reboot.
 */
export function watchSilence(): SilenceWatch {
  let handed: ConsoleLine | undefined
  let booted = false
  return {
    push: (line) => {
      if (booted) return
      if (handover.test(line.text)) handed ??= line
      else if (line.seconds !== undefined || line.text.startsWith('Linux version ')) booted = true
      else if (handed !== undefined && !afterwards.test(line.text)) booted = true
    },
    end: () =>
      booted || handed === undefined
        ? undefined
        : bootEvent('boot-stall', 'the boot loader started the kernel, which said nothing', handed.number),
  }
}
