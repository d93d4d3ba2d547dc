import { labFailed } from '#lab/lab-failed'
import { findFault, networkFaults } from '#lab/u-boot/u-boot-faults'
import { quoteForUBoot, type UBootShell } from '#lab/u-boot/u-boot-shell'

/** One file as the TFTP server has it and the board shall hold it. */
export interface LoadedFile {
  /** What it is, for messages: `kernel`, `ramdisk`, `device tree`. */
  readonly what: string
  /** Its name for TFTP. */
  readonly name: string
  readonly bytes: number
  /** CRC-32 as U-Boot prints it: 8 hexadecimal digits. */
  readonly crc32: string
  /** Hexadecimal, without `0x`. */
  readonly address: string
}

interface LoadOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** What the TFTP server saw, for the message of a failure. */
  readonly serverSaw: (name: string) => string | undefined
}

/**
 * Fetches a file into the board's memory by TFTP.
 *
 * @throws LkftError LAB_FAILED, step transfer, with U-Boot's words and what the server saw
 */
export async function loadFile(shell: UBootShell, file: LoadedFile, options: LoadOptions): Promise<void> {
  const { timeoutMs, signal, serverSaw } = options
  const fail = (why: string): Error => {
    const saw = serverSaw(file.name)
    return labFailed('transfer', `${file.what} ${file.name}: ${why}${saw === undefined ? '' : `; ${saw}`}`)
  }
  const result = await shell
    .run(`tftpboot ${file.address} ${quoteForUBoot(file.name)}`, { step: 'transfer', timeoutMs, signal })
    .catch((error: unknown) => {
      signal.throwIfAborted()
      throw fail(error instanceof Error ? error.message.replace(/^transfer: /, '') : String(error))
    })
  const { output, status } = result
  const bytes = /Bytes transferred = (\d+)/.exec(output)?.[1]
  if (status !== 0 || bytes === undefined) {
    throw fail(findFault(output, networkFaults) ?? `tftpboot exited with ${status}`)
  }
  if (Number(bytes) !== file.bytes) throw fail(`${bytes} bytes arrived of ${file.bytes}`)
}

/**
 * Has the board sum up what lies in its memory, after all files were loaded: a
 * bad transfer and two files that overlap are both found before the kernel is blamed.
 *
 * @returns false when this U-Boot has no crc32 command
 * @throws LkftError LAB_FAILED, step transfer
 */
export async function verifyFile(
  shell: UBootShell,
  file: LoadedFile,
  options: Omit<LoadOptions, 'serverSaw'>,
): Promise<boolean> {
  const size = file.bytes.toString(16)
  const result = await shell.run(`crc32 ${file.address} ${size}`, { ...options, step: 'transfer' })
  const sum = /==>\s*([0-9a-f]{8})/i.exec(result.output)?.[1]
  if (sum === undefined) return false
  if (sum.toLowerCase() === file.crc32) return true
  throw labFailed(
    'transfer',
    `the ${file.what} in the board's memory is not what was sent: CRC ${sum.toLowerCase()}, not ${file.crc32}`,
    "Bad memory or network, or a file that overlaps another: see 'bootloader/…-address' in the board file.",
  )
}
