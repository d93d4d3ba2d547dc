import type { SshTarget } from '#boot/ssh/ssh-target'
import type { FirmwareName } from '#boot/fvp/fvp-device'
import type { DiskBus } from '#machine/device'
import type { WarningPolicy } from '#suites/warning-policy'

/** `lean`: lkft's own hardware, chosen for speed; `tuxrun`: exactly TuxRun's. */
export type MachineProfile = 'lean' | 'tuxrun'

/** Everything `lkft boot` was asked; read once at the edge. Paths may be relative, and files may be URLs. */
export interface BootRequest {
  /** An lkft build directory; gives kernel, modules, config and names. */
  readonly build?: string | undefined
  /** Kernel image instead of, or in place of the one in, `build`. */
  readonly kernel?: string | undefined
  /** Name of a virtual device; the one for the build's architecture when absent. */
  readonly device?: string | undefined
  /** Suite names or globs, in the order to run. `boot` when empty. */
  readonly suites: readonly string[]
  readonly outputDir: string
  /** Shell commands for the suite `commands`. */
  readonly commands?: readonly string[]
  /** Modules archive (tar, also .gz .xz .zst) unpacked over the root file system. */
  readonly modules?: string | undefined
  /** Archives unpacked over the root file system, in order. */
  readonly overlays?: readonly string[]
  /** Root file system (cpio or tar archive, disk image, name of the catalogue) instead of lkft's own. */
  readonly rootfs?: string | undefined
  /** Takes a root file system of the catalogue whose bytes nobody has recorded. */
  readonly allowUnpinned?: boolean | undefined
  /** File that says which bytes a URL stands for; lkft-rootfs.lock when absent. */
  readonly rootfsLock?: string | undefined
  /** Partition of the disk image that holds it, counted from 1; the whole disk when absent. */
  readonly partition?: number | undefined
  /** Bus of that disk; virtio when absent. */
  readonly diskBus?: DiskBus | undefined
  readonly dtb?: string | undefined
  readonly bios?: string | undefined
  /** What Arm's models boot with, files or URLs. */
  readonly firmware?: Readonly<Partial<Record<FirmwareName, string>>>
  /** A model's program, instead of the one in PATH. */
  readonly fvpBinary?: string | undefined
  /** Realms (Arm's confidential compute) on the devices that have them. */
  readonly cca?: boolean | undefined
  /** Flash images, in the order of the machine's banks. */
  readonly pflash?: readonly string[]
  /** Directory or base URL of what TuxMake, TuxBuild or `lkft build` made; its metadata.json names the files. */
  readonly tuxbuild?: string | undefined
  /** `FOLDER` or `FOLDER:PLACE`: a folder of this machine that the guest sees at PLACE, /mnt/lkft when absent. */
  readonly shared?: string | undefined
  /** The machine of the device `ssh-device`. */
  readonly ssh?: SshTarget | undefined
  /** Added to the kernel command line, whitespace-separated. */
  readonly bootArgs?: string | undefined
  /** What comparisons key on; the device's name when absent. */
  readonly environment?: string | undefined
  /** Whole run; the sum of the suites' own timeouts when absent. */
  readonly timeoutSeconds?: number | undefined
  /** From start to the first test command; the device's when absent. */
  readonly bootTimeoutSeconds?: number | undefined
  /** Limit of each test, besides its suite's. */
  readonly testTimeoutSeconds?: number | undefined
  /** Without a byte on the console while booting; then it hangs. 60 when absent. */
  readonly silenceSeconds?: number | undefined
  readonly profile?: MachineProfile
  readonly accelerator?: 'auto' | 'kvm' | 'tcg'
  readonly machine?: string | undefined
  readonly cpu?: string | undefined
  /** QEMU's notation, e.g. `512M`. */
  readonly memory?: string | undefined
  readonly smp?: number | undefined
  readonly qemuBinary?: string | undefined
  readonly qemuArgs?: readonly string[]
  readonly network?: boolean
  readonly onWarning?: WarningPolicy
  /** Runs a failed test again, up to this many times, each in a fresh machine. */
  readonly retries?: number
  /** Machines that take tests from one another; 1 when absent. */
  readonly shards?: number | undefined
  /** Boots once and keeps the frozen machine in the cache folder; each suite runs in a copy of it. */
  readonly template?: boolean | undefined
  /** Folder for those machines instead. */
  readonly templateDir?: string | undefined
  /** `KEY=value` suite parameters, e.g. `KUNIT_TEST_MODULE`. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Parameters that nobody may read: seen by suites and commands, masked in all that is written. */
  readonly secrets?: Readonly<Record<string, string>>
  /** Test definitions in LAVA's format, files or URLs; each is a suite of its name. */
  readonly testDefinitions?: readonly string[]
  /** Files that list tests not to run. */
  readonly skipFiles?: readonly string[]
  /** Files that list tests of which a failure is expected. */
  readonly expectedFailures?: readonly string[]
  /** Minutes by suite, in place of its own limit. */
  readonly suiteMinutes?: Readonly<Record<string, number>>
  /** After the suites, a shell on the console for the terminal that lkft runs at. */
  readonly shell?: boolean | undefined
  readonly cacheServer?: string | undefined
  /** Folder for downloads and made root file systems; lkft's cache folder when absent. */
  readonly cacheDirectory?: string | undefined
}
