import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askedOf } from '#boot/asked-of'
import { fetchSources, mustExist } from '#boot/boot-inputs'
import type { BootRequest } from '#boot/boot-request'
import { finishBroken } from '#boot/finish-broken'
import { finishSingle } from '#boot/finish-single'
import { firstRecord } from '#boot/first-record'
import { splitPlace } from '#boot/overlay-place'
import { reproduceCommand } from '#boot/reproduce-command'
import { rootFormat } from '#boot/root-source'
import { runThere, sshLife } from '#boot/ssh/ssh-life'
import { type SshCall, sshCalls, sshDevice } from '#boot/ssh/ssh-target'
import { LkftError } from '#errors/lkft-error'
import { defaultCacheDirectory } from '#files/cache-directory'
import { decompressFile, detectCompression } from '#files/decompress'
import type { StageContext } from '#log/reporter'
import { type CommandLine, quoteWord } from '#process/command-line'
import { maskReporter, maskSecrets } from '#results/mask-secrets'
import { openRunDirectory } from '#results/run-directory'
import type { Run } from '#schema/documents'
import { suitesOf } from '#suites/catalogue'
import { conductRun } from '#suites/conduct-run'
import { findDefinitions } from '#suites/find-definitions'
import { readTestLists } from '#suites/test-list'

/** TuxRun's own limit for this device. */
const bootSeconds = 180

/**
 * Runs the suites on a machine that runs already, by the ssh of this host. Nothing
 * is booted; a connection that breaks is the infrastructure's fault, unless the
 * kernel said before that it crashed.
 *
 * @throws LkftError for the caller's faults, found before anything is started
 */
export async function bootOverSsh(request: BootRequest, given: StageContext): Promise<Run> {
  refuseMachineOptions(request)
  const cacheDirectory = request.cacheDirectory ?? defaultCacheDirectory()
  const call = sshCalls(request.ssh, cacheDirectory)
  await using definitions = await findDefinitions(request, given)
  const suites = suitesOf(request.suites, request.commands, definitions.suites)
  const skip = await readTestLists(request.skipFiles ?? [], { device: sshDevice })
  const expected = await readTestLists(request.expectedFailures ?? [], { device: sshDevice })
  const overlays = [...(request.overlays ?? []), ...definitions.overlays]
  for (const overlay of overlays) await mustExist(splitPlace(overlay).from)
  await mkdir(cacheDirectory, { recursive: true })
  const facts = { file: 'running', build: null, commit: null }
  const device = { name: sshDevice, buildArch: 'unknown' }
  await using opened = await openRunDirectory(request.outputDir, firstRecord(request, facts, device))
  const secrets = Object.values(request.secrets ?? {})
  const directory = maskSecrets(opened, secrets)
  const context = { ...given, reporter: maskReporter(given.reporter, secrets) }
  await directory.update({ reproduce: reproduceCommand(request) })
  const folder = await mkdtemp(join(tmpdir(), 'lkft-ssh-'))
  try {
    const sources = { kernel: '', overlays, pflash: [], facts }
    const files = await fetchSources(sources, request.cacheServer, folder, context)
    const prepare = async (): Promise<void> => {
      await directory.update({ arch: (await runThere(call('uname -m'), context.signal, '')).trim() })
      for (const file of files.overlays) await unpackThere(call, file, folder, context.signal)
    }
    const asked = askedOf(request, { skip, expected })
    const limit = request.bootTimeoutSeconds ?? bootSeconds
    const ran = await conductRun(
      {
        directory,
        suites,
        ...asked,
        // A kernel that runs has nothing to say.
        limits: { ...asked.limits, bootSeconds: limit, silenceSeconds: limit },
        startLife: async (life) => {
          context.reporter.section(`Connect to ${request.ssh?.host}`)
          return sshLife(call, life, { seconds: limit, prepare, signal: context.signal })
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

/** What `--dry-run` prints: the calls that carry console and results. */
export function listSshCommands(request: BootRequest): readonly CommandLine[] {
  refuseMachineOptions(request)
  const call = sshCalls(request.ssh, request.cacheDirectory ?? defaultCacheDirectory())
  return [call('exec cat /dev/kmsg'), call('lkft_session=000000000000 lkft_port=tty exec sh /lkft/runner', ['-tt'])]
}

async function unpackThere(call: SshCall, overlay: string, folder: string, signal: AbortSignal): Promise<void> {
  const { from: file, place } = splitPlace(overlay)
  const plain = join(folder, 'overlay')
  const from = (await detectCompression(file)) === undefined ? file : plain
  if (from === plain) await decompressFile(file, plain, signal)
  const isTar = (await rootFormat(from)) === 'tar'
  // The machine's own folders, /root among them, keep their modes and owners.
  const at = quoteWord(place)
  const tar = `mkdir -p ${at} && exec tar -C ${at} --no-overwrite-dir --no-same-owner -xf -`
  const { argv } = call(isTar ? tar : `mkdir -p ${at} && cd ${at} && exec cpio -idmu --quiet`)
  await runThere({ argv: ['sh', '-c', 'exec "$@" <"$0"', from, ...argv] }, signal)
}

function refuseMachineOptions(request: BootRequest): void {
  const { build, kernel, modules, rootfs, dtb, bios, bootArgs, machine, cpu, memory, smp, template, shards } = request
  const asked = { build, kernel, modules, rootfs, dtb, bios, bootArgs, machine, cpu, memory, smp, template, shards }
  const found = Object.entries(asked).find(([, value]) => value !== undefined)
  if (found === undefined) return
  const option = found[0].replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  throw new LkftError('BAD_ARGUMENT', `--${option} means nothing on ${sshDevice}: the machine runs already`)
}
