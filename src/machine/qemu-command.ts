import type { Disk, MachineConfig } from '#machine/machine-config'
import { resultPorts } from '#machine/result-ports'
import type { CommandLine } from '#process/command-line'

/** File descriptors that `startMachine` hands to QEMU. */
export const descriptors = { port: 3, control: 4 } as const

/**
 * The QEMU command of a machine: console on stdin and stdout, results on
 * descriptor 3, QMP on descriptor 4, nothing that was not asked for.
 */
export function qemuCommand(config: MachineConfig): CommandLine {
  const { device, hardware } = config
  const cpu = config.accelerator === 'kvm' ? 'host' : hardware.cpu
  return {
    argv: [
      config.program,
      '-no-user-config',
      '-nodefaults',
      '-display',
      'none',
      '-no-reboot',
      '-accel',
      config.accelerator,
      '-machine',
      withMemory(config),
      ...(cpu === undefined ? [] : ['-cpu', cpu]),
      '-m',
      hardware.memory,
      ...(hardware.smp === undefined ? [] : ['-smp', String(hardware.smp)]),
      ...memoryArguments(config),
      '-chardev',
      'stdio,id=console,signal=off',
      ...consoleArguments(config),
      ...(config.port && device.port !== null
        ? ['-chardev', `socket,id=port,fd=${descriptors.port}`, ...resultPorts[device.port].args]
        : []),
      '-chardev',
      `socket,id=control,fd=${descriptors.control}`,
      '-mon',
      'chardev=control,mode=control',
      ...(config.network ? ['-nic', 'user,model=virtio-net-pci'] : []),
      '-kernel',
      config.kernel,
      '-append',
      config.commandLine,
      ...(config.initrd === undefined ? [] : ['-initrd', config.initrd]),
      ...(config.bios === undefined ? [] : ['-bios', config.bios]),
      ...(config.pflash ?? []).flatMap((file) => ['-drive', `file=${escaped(file)},format=raw,if=pflash,snapshot=on`]),
      ...(config.dtb === undefined ? [] : ['-dtb', config.dtb]),
      ...config.disks.flatMap((disk, index) => diskArguments(disk, index)),
      ...(config.shared === undefined
        ? []
        : ['-virtfs', `local,path=${escaped(config.shared.folder)},mount_tag=lkft,security_model=mapped-xattr`]),
      ...(config.incoming === true ? ['-incoming', 'defer'] : []),
      ...config.extraArgs,
    ],
  }
}

function withMemory({ hardware, memoryFile }: MachineConfig): string {
  return memoryFile === undefined ? hardware.machine : `${hardware.machine},memory-backend=ram`
}

function memoryArguments({ hardware, memoryFile }: MachineConfig): readonly string[] {
  if (memoryFile === undefined) return []
  const share = memoryFile.share ? 'on' : 'off'
  const path = escaped(memoryFile.path)
  return ['-object', `memory-backend-file,id=ram,size=${hardware.memory},mem-path=${path},share=${share}`]
}

function consoleArguments({ device }: MachineConfig): readonly string[] {
  return device.consoleArgs ?? ['-serial', 'chardev:console']
}

function diskArguments(disk: Disk, index: number): readonly string[] {
  const { bus } = disk
  const file = escaped(disk.file)
  const mode = disk.readOnly && bus !== 'ide' ? ',readonly=on' : ',snapshot=on'
  return ['-drive', `file=${file},format=${disk.format},if=${bus},index=${index}${mode}`]
}

/** A path as QEMU's option lists take it. */
function escaped(path: string): string {
  return path.replaceAll(',', ',,')
}
