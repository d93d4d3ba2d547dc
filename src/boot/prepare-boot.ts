import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BootSources } from '#boot/boot-inputs'
import type { BootRequest } from '#boot/boot-request'
import { kernelCommandLine, machineCommand, planMachine, portArgument } from '#boot/plan-boot'
import { prepareKernel } from '#boot/prepare-kernel'
import { rootKindOf } from '#boot/root-source'
import { LkftError } from '#errors/lkft-error'
import { defaultCacheDirectory } from '#files/cache-directory'
import { detectCompression } from '#files/decompress'
import { hashFile } from '#files/hash-file'
import { listCpio } from '#files/list-cpio'
import type { StageContext } from '#log/reporter'
import type { Device } from '#machine/device'
import { emulatorVersion } from '#machine/emulator'
import type { MachineConfig } from '#machine/machine-config'
import { type CommandLine, formatCommandLine } from '#process/command-line'
import type { Run } from '#schema/documents'
import type { LifeRequest } from '#suites/conduct-run'
import { ownInit, runnerArchive } from '#suites/guest-files'
import { joinArchives, makeOverlay } from '#suites/make-overlay'
import { makeRootfs } from '#suites/make-rootfs'
import { preflight } from '#suites/preflight'
import type { Suite } from '#suites/suite'

export interface PrepareRequest {
  readonly request: BootRequest
  /** Files on this machine. */
  readonly files: BootSources
  readonly device: Device
  readonly suites: readonly Suite[]
  /** Path of QEMU. */
  readonly program: string
  readonly accelerator: 'kvm' | 'tcg'
  /** For what is unpacked; the caller removes it. */
  readonly folder: string
}

/** A boot of which only the machine has to be started. */
export interface PreparedBoot {
  /** The QEMU command of one machine, with its memory on a file or copied from a frozen one when `copying` says so. */
  readonly command: (life: Pick<LifeRequest, 'kernelArguments'>, copying?: Copying) => CommandLine
  /** What the machine is made of besides its command; the same digest, the same machine. */
  readonly digest: () => Promise<string>
  /** It can be frozen and copied. */
  readonly copies: boolean
  /** Of one machine, in QEMU's notation. */
  readonly memory: string
  readonly hasPort: boolean
  /** Of the kernel as it was given. */
  readonly sha256: string
  readonly emulator: NonNullable<Run['emulator']>
}

export type Copying = Pick<MachineConfig, 'memoryFile' | 'incoming'>

/** Unpacks the kernel, makes the root file system and decides the command line. */
export async function prepareBoot(options: PrepareRequest, context: StageContext): Promise<PreparedBoot> {
  const { request, files, device, program, accelerator, folder } = options
  const { dtb, bios, rootfs } = files
  if (rootfs !== undefined && (await rootKindOf(rootfs)) === 'disk') {
    throw new LkftError('BAD_ARGUMENT', `${rootfs} is no cpio archive: lkft cannot run suites on a disk yet`, {
      hint: 'Give a cpio archive with a shell, or leave --rootfs out.',
    })
  }
  const plan = { ...planMachine(request, device, accelerator, { dtb, bios }), program }
  const kernel = await prepareKernel(files.kernel, folder, context.signal)
  const initrd = await makeInitrd(options, context)
  preflight(options.suites, { device: device.name, files: await filesOf(initrd, files) })
  const command: PreparedBoot['command'] = (life, copying = {}) => {
    const init = rootfs === undefined ? [] : [`rdinit=${ownInit}`]
    const words = [portArgument(plan), ...init, ...life.kernelArguments]
    const commandLine = kernelCommandLine(plan, words, request)
    return machineCommand({ ...plan, ...copying, kernel, initrd, commandLine }, request)
  }
  const sha256 = await hashFile(files.kernel)
  const version = await emulatorVersion(program)
  return {
    command,
    digest: async () => {
      const parts = [sha256, await hashFile(initrd), version]
      for (const file of [dtb, bios]) parts.push(file === undefined ? '' : await hashFile(file))
      return parts.join(' ')
    },
    copies: device.copies === true && request.profile !== 'tuxrun' && accelerator === 'tcg',
    memory: plan.hardware.memory,
    hasPort: plan.port && device.port !== null,
    sha256,
    emulator: {
      program: device.program,
      version,
      accelerator,
      command: formatCommandLine(command({ kernelArguments: [] })),
    },
  }
}

/** The archive that is loaded with the kernel: lkft's own or the user's, with modules and overlays over it. */
async function makeInitrd({ request, files, device, folder }: PrepareRequest, context: StageContext): Promise<string> {
  const cacheDirectory = request.cacheDirectory ?? defaultCacheDirectory()
  const { signal } = context
  const own = files.rootfs === undefined
  const base = files.rootfs ?? (await makeRootfs({ arch: device.userArch, cacheDirectory }, context))
  const over = [...(files.modules === undefined ? [] : [files.modules]), ...files.overlays]
  if (own && over.length === 0) return base
  const archives = [base]
  for (const file of over) archives.push(await makeOverlay(file, cacheDirectory, signal))
  if (!own) {
    const runner = join(folder, 'runner.cpio')
    await writeFile(runner, runnerArchive(device.userArch))
    archives.push(runner)
  }
  return joinArchives(archives, join(folder, 'initrd.cpio'))
}

/** Paths in the root file system; undefined where only the kernel can unpack it. */
async function filesOf(initrd: string, { rootfs }: BootSources): Promise<ReadonlySet<string> | undefined> {
  const readable = rootfs === undefined || (await detectCompression(rootfs)) === undefined
  return readable ? listCpio(initrd) : undefined
}
