import { hashFile } from '#files/hash-file'
import { lkftVersion } from '#files/version'
import type { Artifacts } from '#lab/gather-artifacts'
import type { LabRequest } from '#lab/lab-request'
import { formatCommandLine } from '#process/command-line'
import type { Board, Run } from '#schema/documents'

/** run.json as it is before the board is touched. */
export async function initialRun(request: LabRequest, board: Board, artifacts: Artifacts): Promise<Run> {
  const { build } = artifacts
  return {
    version: 1,
    kind: 'run',
    state: 'running',
    verdict: null,
    cause: null,
    environment: request.environment ?? board.device,
    device: board.device,
    board: board.name,
    arch: board.arch,
    started: new Date().toISOString(),
    finished: null,
    duration_seconds: 0,
    kernel: {
      release: build?.source.kernel_release ?? null,
      file: build?.kernel ?? request.build,
      sha256: await hashFile(artifacts.kernel),
      build: build?.name ?? null,
      commit: build?.source.git?.commit ?? null,
    },
    suites: [],
    counts: { pass: 0, fail: 0, skip: 0, xfail: 0 },
    crashes: [],
    timings: { first_byte_seconds: null, boot_seconds: null },
    kernel_started: false,
    emulator: null,
    missing: [...request.suites],
    reproduce: reproduceLine(request),
    lkft: { version: lkftVersion() },
  }
}

/** The command that repeats the run on the same board; `null` when a name holds what no shell line can show. */
function reproduceLine(request: LabRequest): string | null {
  const argv: [string, ...string[]] = ['lkft', 'lab', 'run', '--board', request.boardFile, '--build', request.build]
  for (const suite of request.suites) argv.push('--suite', suite)
  if (request.rootfs !== undefined) argv.push('--rootfs', request.rootfs)
  for (const word of request.kernelArguments ?? []) argv.push('--boot-arg', word)
  if (request.environment !== undefined) argv.push('--environment', request.environment)
  if (request.timeoutSeconds !== undefined) argv.push('--timeout', String(request.timeoutSeconds))
  try {
    return formatCommandLine({ argv: [...argv, '--output-dir', 'lkft-reproduce'] })
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
