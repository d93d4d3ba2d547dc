import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BootSources } from '#boot/boot-inputs'
import type { BootRequest } from '#boot/boot-request'
import { splitPlace } from '#boot/overlay-place'
import { kernelCommandLine, machineCommand, planMachine, portArgument } from '#boot/plan-boot'
import { prepareKernel } from '#boot/prepare-kernel'
import { prepareDisk, rootFormat } from '#boot/root-source'
import { LkftError } from '#errors/lkft-error'
import { defaultCacheDirectory } from '#files/cache-directory'
import { cpioFile, cpioHeader, cpioTrailer, fileType } from '#files/cpio'
import { detectCompression } from '#files/decompress'
import { hashFile } from '#files/hash-file'
import { listCpio } from '#files/list-cpio'
import type { StageContext } from '#log/reporter'
import type { Device } from '#machine/device'
import { emulatorVersion } from '#machine/emulator'
import type { MachineConfig } from '#machine/machine-config'
import { type CommandLine, formatCommandLine } from '#process/command-line'
import type { Run } from '#schema/documents'
import type { LifeRequest } from '#suites/life'
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
  const { dtb, bios, pflash, rootfs } = files
  const format = rootfs === undefined ? undefined : await rootFormat(rootfs)
  const disk = rootfs !== undefined && (format === 'raw' || format === 'qcow2') ? { file: rootfs, format } : undefined
  if (disk !== undefined) {
    if (request.profile === 'tuxrun') {
      throw new LkftError('BAD_ARGUMENT', 'suites run on a disk with the profile lean only', {
        hint: 'Leave --profile out, or give a cpio or tar archive.',
      })
    }
    disk.file = await prepareDisk(disk.file, request.cacheDirectory ?? defaultCacheDirectory(), context.signal)
  }
  const plan = { ...planMachine(request, device, accelerator, { dtb, bios, pflash, disk }), program }
  const kernel = await prepareKernel(files.kernel, folder, context.signal)
  const initrd = await makeInitrd(options, disk !== undefined, context)
  preflight(options.suites, {
    device: device.name,
    files: disk === undefined ? await filesOf(initrd, files) : undefined,
  })
  const command: PreparedBoot['command'] = (life, copying = {}) => {
    const init = rootfs === undefined || disk !== undefined ? [] : [`rdinit=${ownInit}`]
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
      for (const file of [dtb, bios, ...pflash]) parts.push(file === undefined ? '' : await hashFile(file))
      return parts.join(' ')
    },
    // A shared folder cannot be saved with a machine.
    copies:
      device.copies === true && plan.shared === undefined && request.profile !== 'tuxrun' && accelerator === 'tcg',
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
export async function makeInitrd(
  {
    request,
    files,
    device,
    folder,
  }: Pick<PrepareRequest, 'request' | 'files' | 'folder'> & { readonly device: Pick<Device, 'userArch'> },
  onDisk: boolean,
  context: StageContext,
): Promise<string> {
  const cacheDirectory = request.cacheDirectory ?? defaultCacheDirectory()
  const { signal } = context
  const archiveOf = async (text: string): Promise<string> => {
    const { from, place } = splitPlace(text)
    return makeOverlay(from, cacheDirectory, signal, place)
  }
  const own = files.rootfs === undefined || onDisk
  const base = own
    ? await makeRootfs({ arch: device.userArch, cacheDirectory }, context)
    : await cpioOf(files.rootfs ?? '', archiveOf)
  const archives = [base]
  if (files.modules !== undefined) archives.push(await archiveOf(files.modules))
  for (const [index, file] of files.overlays.entries()) {
    const archive = await archiveOf(file)
    archives.push(onDisk ? await wrapArchive(archive, index, folder) : archive)
  }
  if (own && archives.length === 1) return base
  if (!own) {
    const runner = join(folder, 'runner.cpio')
    await writeFile(runner, runnerArchive(device.userArch))
    archives.push(runner)
  }
  return joinArchives(archives, join(folder, 'initrd.cpio'))
}

/** A tar archive as cpio; a cpio archive as it is, since the kernel undoes its compression. */
async function cpioOf(rootfs: string, archiveOf: (file: string) => Promise<string>): Promise<string> {
  return (await rootFormat(rootfs)) === 'tar' ? archiveOf(rootfs) : rootfs
}

/** An archive as a file in another one, for rootfs/disk to unpack over the disk. */
async function wrapArchive(archive: string, index: number, folder: string): Promise<string> {
  const path = `lkft/overlays/${String(index).padStart(3, '0')}`
  const file = join(folder, `overlay-${index}.cpio`)
  const directory = cpioHeader({ path: 'lkft/overlays', mode: fileType.directory | 0o755, size: 0 })
  const content = cpioFile(path, fileType.regular | 0o644, await readFile(archive))
  await writeFile(file, Buffer.concat([directory, content, cpioTrailer()]))
  return file
}

/** Paths in the root file system; undefined where only the kernel can unpack it. */
async function filesOf(initrd: string, { rootfs }: BootSources): Promise<ReadonlySet<string> | undefined> {
  const readable = rootfs === undefined || (await detectCompression(rootfs)) === undefined
  return readable ? listCpio(initrd) : undefined
}
