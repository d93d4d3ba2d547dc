import { labFailed } from '#lab/lab-failed'
import type { LoadAddresses } from '#lab/u-boot/load-addresses'
import type { SerialLine } from '#lab/serial-line'
import { findFault, imageFaults } from '#lab/u-boot/u-boot-faults'
import { setVariable, type UBootShell } from '#lab/u-boot/u-boot-shell'
import type { Board } from '#schema/documents'

/** Decompressing and moving a large image may take this long before U-Boot says that it starts it. */
const startMs = 60_000

export interface StartRequest {
  readonly command: 'booti' | 'bootz' | 'bootm'
  readonly addresses: LoadAddresses
  /** Bytes of the ramdisk. */
  readonly ramdiskBytes: number
  readonly commandLine: string
  readonly signal: AbortSignal
}

/**
 * Sets bootargs and starts the kernel; returns when U-Boot said its last word.
 *
 * @throws LkftError LAB_FAILED, step start kernel, with U-Boot's complaint
 */
export async function startKernel(
  line: SerialLine,
  shell: UBootShell,
  bootloader: Board['bootloader'],
  { command, addresses, ramdiskBytes, commandLine, signal }: StartRequest,
): Promise<void> {
  const options = { step: 'start kernel', timeoutMs: 10_000, signal } as const
  for (const set of setVariable('bootargs', commandLine)) await shell.run(set, options)
  const { output: said } = await shell.run('printenv bootargs', options)
  if (said.trimEnd() !== `bootargs=${commandLine}`) {
    throw labFailed(
      'start kernel',
      `U-Boot holds other bootargs than were typed: "${said.trim().slice(0, 200)}"`,
      "The line loses characters, or U-Boot's buffer is short: try 'console/character-delay-ms' in the board file.",
    )
  }
  const ramdisk = `${addresses.ramdisk}:${ramdiskBytes.toString(16)}`
  const start = `${command} ${addresses.kernel} ${ramdisk} ${addresses.fdt}`
  const started = new RegExp(bootloader['start-message'] ?? 'Starting kernel')
  const refused = /resetting \.\.\.|### ERROR ###/
  const orElse = new RegExp(`(?<started>${started.source})|${refused.source}`)
  line.listenUntil(started)
  const { instead, output } = await shell.run(start, { ...options, timeoutMs: startMs, orElse })
  if (instead?.groups?.['started'] !== undefined) return
  const why = findFault(output, imageFaults) ?? 'U-Boot came back to its prompt or reset'
  throw labFailed('start kernel', `${start}: ${why}`)
}
