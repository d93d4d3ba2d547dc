import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askedOf } from '#boot/asked-of'
import { type BootSources, fetchSources, findSources } from '#boot/boot-inputs'
import type { BootRequest } from '#boot/boot-request'
import { chooseAccelerator } from '#boot/choose-accelerator'
import { finishBroken } from '#boot/finish-broken'
import { firstRecord } from '#boot/first-record'
import { chooseDevice } from '#boot/plan-boot'
import { bootOnFvp } from '#boot/fvp/boot-on-fvp'
import { findFvp } from '#boot/fvp/fvp-device'
import { lendTerminal, refuseShell } from '#boot/lend-terminal'
import { prepareLives } from '#boot/prepare-lives'
import { type PreparedBoot, prepareBoot } from '#boot/prepare-boot'
import { reproduceCommand } from '#boot/reproduce-command'
import { resolveRootfs } from '#boot/rootfs/resolve-rootfs'
import { bootOverSsh } from '#boot/ssh/boot-over-ssh'
import { sshDevice } from '#boot/ssh/ssh-target'
import { withTuxbuild } from '#boot/tuxmake-build'
import { tuxrunLine } from '#boot/tuxrun/tuxrun-line'
import type { StageContext } from '#log/reporter'
import type { Device } from '#machine/device'
import { findEmulator } from '#machine/emulator'
import { maskReporter, maskSecrets } from '#results/mask-secrets'
import { openRunDirectory, type RunDirectory } from '#results/run-directory'
import type { Run } from '#schema/documents'
import { suitesOf } from '#suites/catalogue'
import { conductRun } from '#suites/conduct-run'
import { findDefinitions } from '#suites/find-definitions'
import { judgeRun } from '#suites/judge-run'
import { preflight } from '#suites/preflight'
import { shellSuite, type ShellTerminal } from '#suites/shell-terminal'
import type { Suite } from '#suites/suite'
import { readTestLists, type TestList } from '#suites/test-list'

/**
 * Boots a kernel on a virtual device, runs the suites and writes the run
 * directory, which is valid at every moment. What the kernel or the emulator
 * does wrong is a verdict, not an error.
 *
 * @throws LkftError for the caller's faults, found before anything is started
 */
export async function bootKernel(asked: BootRequest, given: StageContext): Promise<Run> {
  if (asked.device === sshDevice) {
    refuseShell(asked, 'Log in by ssh.')
    return bootOverSsh(asked, given)
  }
  const model = findFvp(asked.device)
  if (model !== undefined) {
    refuseShell(asked, "The model's own terminals take keys.")
    return bootOnFvp(asked, model, given)
  }
  const request = await resolveRootfs(await withTuxbuild(asked, given.signal))
  await using definitions = await findDefinitions(request, given)
  const named = suitesOf(request.suites, request.commands, definitions.suites)
  const suites = request.shell === true ? [...named, shellSuite] : named
  const found = await findSources(request)
  const sources = { ...found, overlays: [...found.overlays, ...definitions.overlays] }
  const device = chooseDevice(request, sources.arch)
  const skip = await readTestLists(request.skipFiles ?? [], { device: device.name })
  const expected = await readTestLists(request.expectedFailures ?? [], { device: device.name })
  preflight(suites, { device: device.name, config: await readConfig(sources.config) })
  const program = await findEmulator(request.qemuBinary ?? device.program)
  await using opened = await openRunDirectory(request.outputDir, firstRecord(request, sources.facts, device))
  const secrets = Object.values(request.secrets ?? {})
  const directory = maskSecrets(opened, secrets)
  const { terminal, context } = lendTerminal(request, { ...given, reporter: maskReporter(given.reporter, secrets) })
  const names = suites.map(({ name }) => name)
  const tuxrun = tuxrunLine(request, device.name, sources.kernel, names, found.modules)
  await directory.update({ reproduce: reproduceCommand(request), ...(tuxrun === undefined ? {} : { tuxrun }) })
  const folder = await mkdtemp(join(tmpdir(), 'lkft-boot-'))
  try {
    const prepared = await prepare({ request, sources, device, program, folder, suites, directory }, context)
    return await run(directory, request, suites, { ...prepared, skip, expected, terminal }, folder, context)
  } catch (error) {
    return await finishBroken(directory, error, context)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Preparation {
  readonly request: BootRequest
  readonly sources: BootSources
  readonly device: Device
  readonly program: string
  readonly folder: string
  readonly suites: readonly Suite[]
  readonly directory: RunDirectory
}

async function prepare(preparation: Preparation, context: StageContext): Promise<PreparedBoot> {
  const { request, sources, device, directory, folder } = preparation
  const accelerator = await chooseAccelerator(request, device, context)
  const files = await fetchSources(sources, request.cacheServer, folder, context)
  context.signal.throwIfAborted()
  const prepared = await prepareBoot({ ...preparation, files, accelerator }, context)
  const { kernel } = directory.run()
  await directory.update({ kernel: { ...kernel, sha256: prepared.sha256 }, emulator: prepared.emulator })
  return prepared
}

async function run(
  directory: RunDirectory,
  request: BootRequest,
  suites: readonly Suite[],
  prepared: PreparedBoot & {
    readonly skip: TestList
    readonly expected: TestList
    readonly terminal: ShellTerminal | undefined
  },
  folder: string,
  context: StageContext,
): Promise<Run> {
  const { terminal } = prepared
  const asked = askedOf(request, prepared)
  const lives = await prepareLives({ request, suites, prepared, folder, device: directory.run().device }, context)
  const facts = await conductRun(
    {
      directory,
      suites,
      ...asked,
      options: { ...asked.options, terminal },
      shards: lives.shards,
      firstAlone: lives.firstAlone,
      copyPerSuite: request.template,
      startLife: async (wanted) => {
        const life = await lives.start(wanted)
        return terminal === undefined ? life : { ...life, console: terminal.wrap(life.console) }
      },
    },
    context,
  )
  const judgement = judgeRun(facts, directory, request.onWarning ?? 'record')
  const { kernel } = directory.run()
  const machines = { shards: lives.shards, started: facts.lives, copied: lives.copies() }
  return directory.finish({ ...judgement, machines, kernel: { ...kernel, release: facts.release } })
}

async function readConfig(file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : readFile(file, 'utf8')
}
