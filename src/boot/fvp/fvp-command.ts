import { aemvaParameters, type ModelParameters } from '#boot/fvp/aemva-arguments'
import type { FirmwareName, FvpDevice } from '#boot/fvp/fvp-device'
import type { CommandLine } from '#process/command-line'

/** Everything that a model's command line is made of. */
export interface FvpCommandOptions {
  readonly device: FvpDevice
  /** Program, or path of one. */
  readonly program: string
  readonly firmware: Readonly<Partial<Record<FirmwareName, string>>>
  /** Disk image, for those that have one. */
  readonly disk?: string | undefined
  /** Folder that the firmware's shell sees. */
  readonly folder: string
  readonly realms: boolean
}

/** The command that starts a model. Its consoles are TCP ports that it tells on stdout. */
export function fvpCommand(options: FvpCommandOptions): CommandLine {
  const { device, program, firmware, disk, folder, realms } = options
  const file = (name: FirmwareName): string => firmware[name] ?? ''
  if (device.family === 'aemva') {
    const files = { bl1: file('bl1'), fip: file('fip'), uefi: file('uefi'), folder, disk, realms }
    return { argv: [program, '--stat', ...words(aemvaParameters(files))] }
  }
  return {
    argv: [
      program,
      '--data',
      `Morello_Top.css.scp.armcortexm7ct=${file('scp-romfw')}@0x0`,
      '--data',
      `Morello_Top.css.mcp.armcortexm7ct=${file('mcp-romfw')}@0x0`,
      ...words({
        'Morello_Top.soc.scp_qspi_loader.fname': file('scp-fw'),
        'Morello_Top.soc.mcp_qspi_loader.fname': file('mcp-fw'),
        'css.scp.armcortexm7ct.INITVTOR': '0x0',
        'css.mcp.armcortexm7ct.INITVTOR': '0x0',
        ...(disk === undefined ? {} : { 'board.virtioblockdevice.image_path': disk }),
        'css.pl011_uart_ap.unbuffered_output': 1,
        displayController: 0,
        'board.virtio_rng.enabled': 1,
        'board.virtio_rng.seed': 0,
        'board.rtc_clk_frequency': 32_768,
        num_clusters: 2,
        num_cores: 2,
        'board.virtio_net.enabled': 'true',
        'board.virtio_net.hostbridge.userNetworking': 'true',
        'board.virtio_net.hostbridge.userNetPorts': '5555=5555',
        'board.virtio_net.transport': 'legacy',
        disable_visualisation: 'true',
        'css.trustedBootROMloader.fname': file('ap-romfw'),
        'board.ap_qspi_loader.fname': file('fip'),
      }),
    ],
  }
}

function words(parameters: ModelParameters): readonly string[] {
  return Object.entries(parameters).flatMap(([name, value]) => ['-C', `${name}=${value}`])
}

/** What the firmware's shell runs by itself: the kernel with its device tree, initramfs and command line. */
export function startupScript(files: { readonly initrd: boolean }, commandLine: string): string {
  return `Image dtb=fdt.dtb ${files.initrd ? 'initrd=initrd.cpio ' : ''}${commandLine}\r\n`
}
