/** How the root disk is attached. */
export type DiskBus = 'ide' | 'scsi' | 'virtio'

/** How results travel beside the console: a second UART, a virtio-serial port, or not at all. */
export type ResultPort = 'isa-serial' | 'virtio-pci' | 'virtio-mmio' | 'virtio-ccw'

/** The hardware of one machine profile. */
export interface Hardware {
  readonly machine: string
  /** Absent: QEMU's default. */
  readonly cpu?: string
  /** QEMU's notation, e.g. `512M`. */
  readonly memory: string
  readonly smp?: number
}

/** One virtual device: facts, no behaviour. */
export interface Device {
  readonly name: string
  /** Architecture of the programs it runs, as `#suites/debian-architectures` names it. */
  readonly userArch: string
  /** Target architecture (as `lkft build --target-arch` has it) whose kernels it boots. */
  readonly buildArch: string
  /** QEMU program. */
  readonly program: string
  /** What TuxRun gives this device. */
  readonly tuxrun: Hardware
  /** What lkft gives it by default: only what differs from TuxRun's. */
  readonly lean: Partial<Hardware>
  /** Console device without `/dev/`. */
  readonly console: string
  readonly rootDevice: string
  readonly diskBus: DiskBus
  /** File names of kernels that it takes, best first. */
  readonly kernelFiles: readonly string[]
  readonly port: ResultPort | null
  /** QEMU arguments that attach the character device `console`, where it is not the first UART. */
  readonly consoleArgs?: readonly string[]
  /** Words put on the kernel command line for this device. */
  readonly bootArgs: readonly string[]
  /** QEMU arguments besides those made from the other fields. */
  readonly extraArgs: readonly string[]
  /** Name of the device tree file in a build that it needs. */
  readonly dtb?: string
  /** Firmware file that it needs. */
  readonly bios?: string
}
