import { resolve } from 'node:path'
import type { BootRequest } from '#boot/boot-request'
import { LkftError } from '#errors/lkft-error'
import type { Device, Hardware } from '#machine/device'
import { devices } from '#machine/devices'
import { findDevice, findDeviceForArch } from '#machine/find-device'
import type { Disk, MachineConfig } from '#machine/machine-config'
import { qemuCommand } from '#machine/qemu-command'
import { resultPorts } from '#machine/result-ports'
import { tuxrunCommand, tuxrunCommandLine } from '#machine/tuxrun-command'
import type { CommandLine } from '#process/command-line'

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
  files: {
    readonly dtb?: string | undefined
    readonly bios?: string | undefined
    readonly pflash?: readonly string[] | undefined
    readonly disk?: Pick<Disk, 'file' | 'format'> | undefined
  },
): MachinePlan {
  if (request.cca === true) {
    throw new LkftError('BAD_ARGUMENT', `--cca is for fvp-aemva, not for ${device.name}`, {
      hint: 'QEMU: --machine sbsa-ref --cpu max,x-rme=on,sme=off,pauth-impdef=on --pflash FIRMWARE',
    })
  }
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
    disks: files.disk === undefined ? [] : [{ ...files.disk, bus: request.diskBus ?? 'virtio', readOnly: false }],
    dtb: files.dtb,
    bios: files.bios,
    pflash: files.pflash,
    shared: sharedFolder(request),
    network: request.network ?? false,
    port: request.profile !== 'tuxrun',
    extraArgs: request.qemuArgs ?? [],
  }
}

/** The first disk on each bus, as kernels name it. */
const diskDevices = { ide: '/dev/sda', scsi: '/dev/sda', virtio: '/dev/vda' } as const

/** Words of the kernel command line that every boot has: a panic ends the machine, messages come at once. */
const ownArguments = ['panic=-1', 'earlycon', 'console_msg_format=syslog']

/**
 * The kernel command line: console, lkft's own words, the device's, this life's,
 * the user's last so that they win. With the profile `tuxrun` it is TuxRun's, with
 * this life's words among the user's.
 */
export function kernelCommandLine(plan: MachinePlan, life: readonly string[], request: BootRequest): string {
  const { device, disks } = plan
  const user = (request.bootArgs ?? '').split(/\s+/).filter((word) => word !== '')
  const onDisk = disks.length > 0
  const partition = request.partition?.toString() ?? ''
  if (request.profile === 'tuxrun')
    return tuxrunCommandLine(plan, onDisk, [...(onDisk ? [] : life), ...user], partition)
  return [
    `console=${device.console},115200`,
    ...ownArguments,
    ...(onDisk ? [`lkft_root=${diskDevices[disks[0]?.bus ?? 'virtio']}${partition}`] : []),
    ...(plan.shared === undefined ? [] : [`lkft_share=${plan.shared.place}`]),
    ...device.bootArgs,
    ...(device.patience ?? []),
    ...life,
    ...user,
  ].join(' ')
}

/** The word that tells the guest's runner where to send results. */
export function portArgument({ device, port }: MachinePlan): string {
  return `lkft_port=${port && device.port !== null ? resultPorts[device.port].guest : 'console'}`
}

/** The QEMU command of a machine in the profile that was asked for. */
export function machineCommand(config: MachineConfig, request: BootRequest): CommandLine {
  return request.profile === 'tuxrun' ? tuxrunCommand(config) : qemuCommand(config)
}

/** The folder of `--shared`; with TuxRun's profile at TuxRun's own place. @throws LkftError BAD_ARGUMENT */
function sharedFolder({ shared, profile }: BootRequest): MachineConfig['shared'] {
  if (shared === undefined) return undefined
  const [, folder = '', place] = /^(.*?)(?::(\/[^:]*))?$/s.exec(shared) ?? []
  const where = place ?? (profile === 'tuxrun' ? '/mnt/tuxrun' : '/mnt/lkft')
  if (folder !== '' && /^[\w./+@-]+$/.test(where)) return { folder: resolve(folder), place: where }
  throw new LkftError('BAD_ARGUMENT', `--shared '${shared}' is not FOLDER or FOLDER:/PLACE`)
}
