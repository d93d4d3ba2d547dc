import type { Device, DiskBus, Hardware } from '#machine/device'

/** A device with everything decided: what the QEMU command line is made of. */
export interface MachineConfig {
  readonly device: Device
  /** QEMU program, or the path of one. */
  readonly program: string
  readonly hardware: Hardware
  readonly accelerator: 'kvm' | 'tcg'
  readonly kernel: string
  /** Whole kernel command line. */
  readonly commandLine: string
  readonly initrd?: string | undefined
  readonly disks: readonly Disk[]
  readonly dtb?: string | undefined
  readonly bios?: string | undefined
  /** Flash images, in the order of the machine's banks. */
  readonly pflash?: readonly string[] | undefined
  /** A folder of this machine that the guest may mount by 9p. */
  readonly shared?: SharedFolder | undefined
  readonly network: boolean
  /** The second port; absent when the device or the user wants none. */
  readonly port: boolean
  /** File that backs the guest's memory, for templates. */
  readonly memoryFile?: { readonly path: string; readonly share: boolean } | undefined
  /** Waits for the state of a frozen machine instead of booting. */
  readonly incoming?: boolean
  readonly extraArgs: readonly string[]
}

/** A folder that the guest sees. */
export interface SharedFolder {
  readonly folder: string
  /** Where the guest mounts it. */
  readonly place: string
}

/** A disk image; changes are thrown away. */
export interface Disk {
  readonly file: string
  readonly format: 'raw' | 'qcow2'
  readonly bus: DiskBus
  readonly readOnly: boolean
}
