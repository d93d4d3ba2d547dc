import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exitCodeOfError } from '#errors/exit-code'
import { type LkftError, toLkftError } from '#errors/lkft-error'
import { lockBoard } from '#lab/board-lock'
import { boardPower } from '#lab/board-power'
import { startBoardLife } from '#lab/board-life'
import { gatherArtifacts } from '#lab/gather-artifacts'
import { initialRun } from '#lab/initial-run'
import type { LabRequest } from '#lab/lab-request'
import { type LoadedBoard, loadBoard } from '#lab/load-board'
import { prepareImage } from '#lab/prepare-image'
import { prepareRamdisk } from '#lab/prepare-ramdisk'
import { type FileRole, placeFiles, type PlacedFile } from '#lab/serve-files'
import { bootCommand } from '#lab/u-boot/boot-commands'
import type { StageContext } from '#log/reporter'
import { openRunDirectory, type RunDirectory } from '#results/run-directory'
import type { Run } from '#schema/documents'
import { suitesOf } from '#suites/catalogue'
import { conductRun, type RunFacts } from '#suites/conduct-run'
import { judgeRun } from '#suites/judge-run'
import { defaultLimits } from '#suites/session'
import type { Suite } from '#suites/suite'

/**
 * Boots a kernel on a board, runs the suites and writes the run directory. The
 * board is powered off at the end, however it ends.
 *
 * @throws LkftError for the caller's faults found before the board is touched;
 *   what the lab or the kernel does wrong is a verdict
 */
export async function runOnBoard(request: LabRequest, context: StageContext): Promise<Run> {
  const loaded = await loadBoard(request.boardFile)
  const suites = suitesOf(request.suites, request.commands)
  const folder = await mkdtemp(join(tmpdir(), 'lkft-lab-'))
  try {
    const { board } = loaded
    context.reporter.section('Gather the build')
    const artifacts = await gatherArtifacts(request, board, folder, context)
    const initial = await initialRun(request, board, artifacts)
    const command = board.bootloader['boot-command'] ?? bootCommand(board.arch)
    const files = new Map<FileRole, string>([
      ['kernel', await prepareImage(artifacts.kernel, { command, arch: board.arch }, folder, context.signal)],
      ['ramdisk', await prepareRamdisk(request, board, artifacts, folder, context)],
    ])
    if (artifacts.deviceTree !== undefined) files.set('device tree', artifacts.deviceTree)
    await using directory = await openRunDirectory(request.outputDir, initial)
    return await drive({ request, loaded, suites, files: await placeFiles(board, files), directory }, context)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Drive {
  readonly request: LabRequest
  readonly loaded: LoadedBoard
  readonly suites: readonly Suite[]
  readonly files: readonly PlacedFile[]
  readonly directory: RunDirectory
}

/** The run itself, under the board's lock; every fault of the lab becomes the verdict `infra`. */
async function drive(work: Drive, context: StageContext): Promise<Run> {
  const { request, directory, suites, loaded } = work
  const { signal } = context
  const lab: { fault?: LkftError } = {}
  let facts: RunFacts | undefined
  try {
    await using held = new AsyncDisposableStack()
    held.use(
      await lockBoard(
        {
          board: loaded.board.name,
          folder: loaded.board.lock?.folder,
          waitSeconds: request.lockWaitSeconds ?? 0,
          purpose: directory.path,
        },
        context.reporter,
        signal,
      ),
    )
    facts = await conduct(work, lab, context)
  } catch (error) {
    if (!signal.aborted) lab.fault ??= toLkftError(error)
  }
  if (facts === undefined) return finishWithout(directory, suites, signal.aborted, lab.fault)
  const judgement = judgeRun(facts, directory, request.onWarning ?? 'record')
  const release = facts.release ?? directory.run().kernel.release
  const kernel = { ...directory.run().kernel, release }
  return directory.finish({ ...judgement, ...blame(judgement, lab.fault), kernel })
}

async function conduct(work: Drive, lab: { fault?: LkftError }, context: StageContext): Promise<RunFacts> {
  const { request, loaded, suites, files, directory } = work
  const { board } = loaded
  const power = boardPower(loaded.power, context.reporter)
  const onLabFault = (error: unknown): void => void (lab.fault ??= toLkftError(error))
  const words = [board['kernel-command-line'], ...(request.kernelArguments ?? [])]
  try {
    return await conductRun(
      {
        directory,
        suites,
        options: { commands: request.commands ?? [], parameters: request.parameters ?? {} },
        limits: {
          ...defaultLimits,
          bootSeconds: board.timeouts?.['boot-seconds'] ?? 300,
          silenceSeconds: board.timeouts?.['silence-seconds'] ?? 60,
        },
        timeoutSeconds: request.timeoutSeconds,
        startLife: ({ kernelArguments }) => {
          const commandLine = [...words, ...kernelArguments].join(' ')
          return startBoardLife({ board, power, files, directory, commandLine, onLabFault }, context)
        },
      },
      context,
    )
  } finally {
    await power[Symbol.asyncDispose]().catch(onLabFault)
  }
}

type Blame = Pick<Run, 'verdict' | 'cause'> | Record<string, never>

/** A kernel that failed has failed, whatever the lab did later; else the lab's fault is the run's. */
function blame({ verdict }: Pick<Run, 'verdict'>, fault: LkftError | undefined): Blame {
  if (fault === undefined || (verdict !== 'pass' && verdict !== 'infra')) return {}
  return { verdict: 'infra', cause: causeOf(fault) }
}

async function finishWithout(
  directory: RunDirectory,
  suites: readonly Suite[],
  cancelled: boolean,
  fault: LkftError | undefined,
): Promise<Run> {
  const missing = suites.map(({ name }) => name)
  if (cancelled) {
    return directory.finish({
      state: 'cancelled',
      verdict: 'cancelled',
      cause: { code: 'INTERRUPTED', message: 'interrupted' },
      missing,
    })
  }
  const error = fault ?? toLkftError(new Error('the run ended without a word'))
  const verdict = exitCodeOfError(error) === 2 ? 'error' : 'infra'
  return directory.finish({ state: 'done', verdict, cause: causeOf(error), missing })
}

function causeOf(error: LkftError): NonNullable<Run['cause']> {
  return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) }
}
