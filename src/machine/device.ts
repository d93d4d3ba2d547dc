import type { ResultPort } from '#machine/result-ports'

/** How the root disk is attached. */
export type DiskBus = 'ide' | 'scsi' | 'virtio'

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
  /** It is the one taken for builds of that architecture when no device is named. */
  readonly preferred?: true
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
  /** Where results travel; null when there is only the console. */
  readonly port: ResultPort | null
  /** QEMU arguments that attach the character device `console`, where it is not the first UART. */
  readonly consoleArgs?: readonly string[]
  /** TuxRun's QEMU arguments for the console, where it is not the first UART. */
  readonly tuxrunConsole?: readonly string[]
  /** TuxRun's -drive option, where it is not the one for virtio. */
  readonly tuxrunDisk?: string
  /** Words that TuxRun puts behind `root=`. */
  readonly tuxrunRootArgs?: readonly string[]
  /** Words that its kernels need on their command line. */
  readonly bootArgs: readonly string[]
  /** It can be frozen and copied; shown by test/boot/template.test.ts. */
  readonly copies?: true
  /** Words that keep its kernels from taking a busy host for broken hardware; not with TuxRun's profile. */
  readonly patience?: readonly string[]
  /** Its kernels need a device tree file: the name in a build. */
  readonly dtb?: string
  /** It needs firmware: the file's usual name. */
  readonly bios?: string
}
