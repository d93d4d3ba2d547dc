import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askedOf } from '#boot/asked-of'
import { type BootSources, fetchSources, findSources, mustExist } from '#boot/boot-inputs'
import type { BootRequest } from '#boot/boot-request'
import { finishBroken } from '#boot/finish-broken'
import { finishSingle } from '#boot/finish-single'
import { firstRecord } from '#boot/first-record'
import { fvpCommand, startupScript } from '#boot/fvp/fvp-command'
import type { FirmwareName, FvpDevice } from '#boot/fvp/fvp-device'
import { checkFvpInputs, diskOf, firmwareFiles } from '#boot/fvp/fvp-inputs'
import { startFvp } from '#boot/fvp/fvp-life'
import { makeInitrd } from '#boot/prepare-boot'
import { prepareKernel } from '#boot/prepare-kernel'
import { reproduceCommand } from '#boot/reproduce-command'
import { LkftError } from '#errors/lkft-error'
import { hashFile } from '#files/hash-file'
import type { StageContext } from '#log/reporter'
import { findEmulator } from '#machine/emulator'
import { type CommandLine, formatCommandLine } from '#process/command-line'
import { maskReporter, maskSecrets } from '#results/mask-secrets'
import { openRunDirectory } from '#results/run-directory'
import type { Run } from '#schema/documents'
import { suitesOf } from '#suites/catalogue'
import { conductRun } from '#suites/conduct-run'
import { findDefinitions } from '#suites/find-definitions'
import { ownInit } from '#suites/guest-files'
import type { LifeRequest } from '#suites/life'
import { readTestLists } from '#suites/test-list'

/** Programs of these run on it. */
const userArch = 'arm64'

/**
 * Boots a kernel on one of Arm's models and runs the suites over its console.
 *
 * @throws LkftError for the caller's faults, found before anything is started
 */
export async function bootOnFvp(request: BootRequest, device: FvpDevice, given: StageContext): Promise<Run> {
  checkFvpInputs(request, device)
  if (!device.runs || diskOf(request) !== undefined) {
    throw new LkftError('BAD_ARGUMENT', `lkft runs no suites on ${device.runs ? 'a disk of ' : ''}${device.name}`, {
      hint: device.runs ? 'Give a cpio or tar archive.' : "'--dry-run' prints the model's command.",
    })
  }
  await using definitions = await findDefinitions(request, given)
  const suites = suitesOf(request.suites, request.commands, definitions.suites)
  const found = await findSources(request)
  const firmware = firmwareFiles(request)
  for (const file of Object.values(firmware)) await mustExist(file)
  const lists = { skip: request.skipFiles ?? [], expected: request.expectedFailures ?? [] }
  const skip = await readTestLists(lists.skip, { device: device.name })
  const expected = await readTestLists(lists.expected, { device: device.name })
  const program = await findEmulator(request.fvpBinary ?? device.program)
  await using opened = await openRunDirectory(
    request.outputDir,
    firstRecord(request, found.facts, { name: device.name, buildArch: 'arm64' }),
  )
  const secrets = Object.values(request.secrets ?? {})
  const directory = maskSecrets(opened, secrets)
  const context = { ...given, reporter: maskReporter(given.reporter, secrets) }
  await directory.update({ reproduce: reproduceCommand(request) })
  const folder = await mkdtemp(join(tmpdir(), 'lkft-fvp-'))
  try {
    // Firmware travels where flash images do.
    const names = Object.keys(firmware) as FirmwareName[]
    const overlays = [...found.overlays, ...definitions.overlays]
    const sources = { ...found, overlays, pflash: Object.values(firmware) }
    const files = await fetchSources(sources, request.cacheServer, folder, context)
    const fetched = Object.fromEntries(names.map((name, index) => [name, files.pflash[index] ?? '']))
    const shell = await layOut({ request, files, folder }, context)
    const command = fvpCommand({ device, program, firmware: fetched, folder: shell, realms: request.cca === true })
    const { kernel } = directory.run()
    await directory.update({ kernel: { ...kernel, sha256: await hashFile(files.kernel) } })
    const asked = askedOf(request, { skip, expected })
    const bootSeconds = request.bootTimeoutSeconds ?? device.bootMinutes * 60
    const ran = await conductRun(
      {
        directory,
        suites,
        ...asked,
        // Firmware on a model is silent for long.
        limits: { ...asked.limits, bootSeconds, silenceSeconds: request.silenceSeconds ?? bootSeconds },
        startLife: async (life) => {
          context.reporter.section(`Boot ${device.name}`)
          context.reporter.command(formatCommandLine(command))
          await writeFile(join(shell, 'startup.nsh'), startupScript({ initrd: true }, commandLine(request, life)))
          return startFvp(command, device.terminal)
        },
      },
      context,
    )
    return await finishSingle(directory, request, ran)
  } catch (error) {
    return await finishBroken(directory, error, context)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What `--dry-run` prints. */
export function listFvpCommands(request: BootRequest, device: FvpDevice): readonly CommandLine[] {
  checkFvpInputs(request, device)
  const program = request.fvpBinary ?? device.program
  const disk = device.root === 'disk' ? request.rootfs : diskOf(request)
  const options = { device, program, firmware: request.firmware ?? {}, disk, folder: 'shell' }
  return [fvpCommand({ ...options, realms: request.cca === true })]
}

/** The folder that the firmware's shell sees. */
async function layOut(
  { request, files, folder }: { request: BootRequest; files: BootSources; folder: string },
  context: StageContext,
): Promise<string> {
  const shell = join(folder, 'shell')
  await mkdir(shell)
  const kernel = await prepareKernel(files.kernel, folder, context.signal)
  await symlink(kernel, join(shell, 'Image'))
  await copyFile(files.dtb ?? '', join(shell, 'fdt.dtb'))
  await symlink(
    await makeInitrd({ request, files, device: { userArch }, folder }, false, context),
    join(shell, 'initrd.cpio'),
  )
  return shell
}

function commandLine(request: BootRequest, { kernelArguments }: LifeRequest): string {
  const own = ['console=ttyAMA0', 'earlycon=pl011,0x1c090000', 'panic=-1', 'console_msg_format=syslog']
  const init = request.rootfs === undefined ? [] : [`rdinit=${ownInit}`]
  const user = (request.bootArgs ?? '').split(/\s+/).filter((word) => word !== '')
  return [...own, 'lkft_port=console', ...init, ...kernelArguments, ...user].join(' ')
}
