import type { MachineConfig } from '#machine/machine-config'
import type { CommandLine } from '#process/command-line'

/** TuxRun's own kernel command line, with the user's words where it puts them. */
export function tuxrunCommandLine(
  config: Pick<MachineConfig, 'device'>,
  rootOnDisk: boolean,
  words: readonly string[],
  partition = '',
): string {
  const { device } = config
  return [
    `console=${device.console},115200`,
    'rootwait',
    ...(rootOnDisk ? [`root=${device.rootDevice}${partition}`, ...(device.tuxrunRootArgs ?? [])] : []),
    'debug',
    'verbose',
    'console_msg_format=syslog',
    'systemd.log_level=warning',
    ...device.bootArgs,
    ...words,
    'earlycon',
  ].join(' ')
}

/** Exactly the QEMU command that TuxRun 1.10 gives for the device: console on stdin and stdout, nothing else. */
export function tuxrunCommand(config: MachineConfig): CommandLine {
  const { device, hardware } = config
  const kvm = config.accelerator === 'kvm'
  return {
    argv: [
      config.program,
      ...(hardware.cpu === undefined ? [] : ['-cpu', hardware.cpu]),
      ...(kvm ? ['-cpu', 'host', '-enable-kvm'] : []),
      '-machine',
      hardware.machine,
      '-nographic',
      ...(config.network ? ['-net', 'nic,model=virtio,macaddr=52:54:00:12:34:58', '-net', 'user'] : ['-nic', 'none']),
      '-m',
      hardware.memory,
      '-monitor',
      'none',
      '-no-reboot',
      ...(hardware.smp === undefined ? [] : ['-smp', String(hardware.smp)]),
      '-kernel',
      config.kernel,
      '-append',
      config.commandLine,
      ...(config.bios === undefined ? [] : ['-bios', config.bios]),
      ...(config.pflash ?? []).flatMap((file) => ['-drive', `file=${escaped(file)},format=raw,if=pflash`]),
      ...(config.dtb === undefined ? [] : ['-dtb', config.dtb]),
      ...(config.initrd === undefined ? [] : ['-initrd', config.initrd]),
      ...config.disks.flatMap(({ file }) => ['-drive', diskOption(file, device)]),
      ...(device.tuxrunConsole ?? []),
      ...(config.shared === undefined
        ? []
        : ['-virtfs', `local,path=${escaped(config.shared.folder)},mount_tag=tuxlava,security_model=mapped`]),
      ...config.extraArgs,
    ],
  }
}

function diskOption(file: string, device: MachineConfig['device']): string {
  const path = escaped(file)
  return device.tuxrunDisk?.replace('{rootfs}', path) ?? `file=${path},format=raw,id=hd0,if=virtio`
}

function escaped(path: string): string {
  return path.replaceAll(',', ',,')
}
