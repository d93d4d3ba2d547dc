import type { SerialLine } from '#lab/serial-line'
import type { FileService } from '#lab/serve-files'
import { labFailed } from '#lab/lab-failed'
import { bootCommand } from '#lab/u-boot/boot-commands'
import { loadAddresses } from '#lab/u-boot/load-addresses'
import { type LoadedFile, loadFile, verifyFile } from '#lab/u-boot/load-file'
import { startKernel } from '#lab/u-boot/start-kernel'
import { stopAutoboot } from '#lab/u-boot/stop-autoboot'
import { findFault, networkFaults } from '#lab/u-boot/u-boot-faults'
import { quoteForUBoot, type UBootShell, uBootShell } from '#lab/u-boot/u-boot-shell'
import type { StageContext } from '#log/reporter'
import type { Board } from '#schema/documents'

const commandMs = 15_000
const networkMs = 60_000
/** Blocks in flight with lkft's own server; U-Boot's own default is 1. */
const windowBlocks = 8

/** Waits for the bootloader of a board that was just powered on. */
export async function reachBootloader(board: Board, line: SerialLine, signal: AbortSignal): Promise<UBootShell> {
  const timeoutMs = (board.timeouts?.['bootloader-seconds'] ?? 60) * 1000
  await stopAutoboot(line, board.bootloader, timeoutMs, signal)
  return uBootShell(line)
}

/** The version that the bootloader tells of itself. */
export async function bootloaderVersion(shell: UBootShell, signal: AbortSignal): Promise<string> {
  const { output } = await shell.run('version', { step: 'bootloader', timeoutMs: commandMs, signal })
  return (
    output
      .split('\n')
      .find((text) => text.trim() !== '')
      ?.trim() ?? 'a U-Boot that tells no version'
  )
}

/**
 * The board's own commands, then its network.
 *
 * @throws LkftError LAB_FAILED, step bootloader or network
 */
export async function bringUpNetwork(board: Board, shell: UBootShell, signal: AbortSignal): Promise<void> {
  const options = { step: 'network', timeoutMs: networkMs, signal } as const
  // Without these, dhcp would boot what the DHCP server names, and a failed transfer would start again for ever.
  for (const command of ['setenv autoload no', 'setenv netretry no']) await shell.run(command, options)
  for (const command of board.bootloader.commands ?? []) {
    const { status, output } = await shell.run(command, { ...options, step: 'bootloader' })
    if (status === 0) continue
    const last = output.trim().split('\n').at(-1) ?? ''
    throw labFailed('bootloader', `'${command}' exited with ${status}${last === '' ? '' : `: ${last}`}`)
  }
  if (board.network.dhcp === false) return
  const { status, output } = await shell.run('dhcp', options)
  if (status === 0 || /DHCP client bound to address/.test(output)) return
  throw labFailed('network', `dhcp: ${findFault(output, networkFaults) ?? `exited with ${status}`}`)
}

/**
 * Loads what is served, has the board check it, and starts the kernel.
 *
 * @throws LkftError LAB_FAILED, step transfer or start kernel
 */
export async function loadAndStart(
  board: Board,
  line: SerialLine,
  shell: UBootShell,
  service: FileService,
  commandLine: string,
  { reporter, signal }: StageContext,
): Promise<void> {
  const timeoutMs = (board.timeouts?.['transfer-seconds'] ?? 120) * 1000
  const short = { timeoutMs: commandMs, signal }
  const tree = service.files.find(({ what }) => what === 'device tree')
  const addresses = await loadAddresses(shell, board.bootloader, tree !== undefined, short)
  const address = { kernel: addresses.kernel, ramdisk: addresses.ramdisk, 'device tree': addresses.fdt }
  const files: readonly LoadedFile[] = service.files.map((file) => ({ ...file, address: address[file.what] }))
  await shell.run(`setenv serverip ${quoteForUBoot(service.server)}`, { ...short, step: 'network' })
  if (service.own) await shell.run(`setenv tftpwindowsize ${windowBlocks}`, { ...short, step: 'network' })
  for (const file of files) {
    reporter.status(`TFTP: ${file.what}, ${file.bytes} bytes`)
    await loadFile(shell, file, { timeoutMs, signal, serverSaw: service.saw })
  }
  for (const file of files) {
    if (!(await verifyFile(shell, file, { timeoutMs, signal }))) {
      reporter.warn('this U-Boot has no crc32 command: what lies in memory was not verified')
      break
    }
  }
  await startKernel(line, shell, board.bootloader, {
    command: board.bootloader['boot-command'] ?? bootCommand(board.arch),
    addresses,
    ramdiskBytes: files.find(({ what }) => what === 'ramdisk')?.bytes ?? 0,
    commandLine,
    signal,
  })
}
