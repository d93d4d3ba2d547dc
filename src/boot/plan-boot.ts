import type { BootRequest } from '#boot/boot-request'
import { LkftError } from '#errors/lkft-error'
import type { Device, Hardware } from '#machine/device'
import { devices } from '#machine/devices'
import { findDevice, findDeviceForArch } from '#machine/find-device'
import type { MachineConfig } from '#machine/machine-config'

/** The part of a machine that is known before its files are. */
export type MachinePlan = Omit<MachineConfig, 'commandLine' | 'kernel' | 'initrd'>

/**
 * The device that a request means.
 *
 * @throws LkftError UNKNOWN_NAME, BAD_ARGUMENT when the kernel is for another architecture
 */
export function chooseDevice(request: BootRequest, arch: string | undefined): Device {
  if (request.device !== undefined) {
    const device = findDevice(request.device)
    if (arch === undefined || device.buildArch === arch) return device
    const fitting = devices.filter((row) => row.buildArch === arch).map((row) => row.name)
    throw new LkftError(
      'BAD_ARGUMENT',
      `${device.name} boots ${device.buildArch} kernels, but this build is for ${arch}`,
      {
        hint: fitting.length === 0 ? 'No virtual device boots it.' : `Use --device ${fitting.join(' or ')}.`,
      },
    )
  }
  if (arch !== undefined) return findDeviceForArch(arch)
  throw new LkftError('BAD_ARGUMENT', 'no --device was given, and a kernel file does not say its architecture', {
    hint: "'lkft devices' lists them.",
  })
}

/** Decides the hardware: the profile's, changed by what the request says. */
export function planMachine(
  request: BootRequest,
  device: Device,
  accelerator: 'kvm' | 'tcg',
  files: { readonly dtb?: string | undefined; readonly bios?: string | undefined },
): MachinePlan {
  const base: Hardware = request.profile === 'tuxrun' ? device.tuxrun : { ...device.tuxrun, ...device.lean }
  const hardware: Hardware = {
    ...base,
    ...(request.machine === undefined ? {} : { machine: request.machine }),
    ...(request.cpu === undefined ? {} : { cpu: request.cpu }),
    ...(request.memory === undefined ? {} : { memory: request.memory }),
    ...(request.smp === undefined ? {} : { smp: request.smp }),
  }
  return {
    device,
    program: request.qemuBinary ?? device.program,
    hardware,
    accelerator,
    disks: [],
    dtb: files.dtb,
    bios: files.bios,
    network: request.network ?? false,
    port: true,
    extraArgs: request.qemuArgs ?? [],
  }
}

/** Words of the kernel command line that every boot has: a panic ends the machine, messages come at once. */
const ownArguments = ['panic=-1', 'earlycon', 'console_msg_format=syslog']

/** The kernel command line: console, lkft's own words, the device's, this life's, the user's last so that they win. */
export function kernelCommandLine(
  device: Device,
  port: boolean,
  life: readonly string[],
  request: BootRequest,
): string {
  const words = [
    `console=${device.console},115200`,
    ...ownArguments,
    ...device.bootArgs,
    `lkft_port=${port && device.port !== null ? portName(device.port) : 'console'}`,
    ...life,
    ...(request.bootArgs ?? '').split(/\s+/).filter((word) => word !== ''),
  ]
  return words.join(' ')
}

function portName(port: NonNullable<Device['port']>): string {
  return port === 'isa-serial' ? 'ttyS1' : 'virtio'
}
