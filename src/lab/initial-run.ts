import { hashFile } from '#files/hash-file'
import { lkftVersion } from '#files/version'
import type { Artifacts } from '#lab/gather-artifacts'
import type { LabRequest } from '#lab/lab-request'
import { reproduceCommand } from '#lab/reproduce-command'
import type { Board, Run } from '#schema/documents'
import { suitesOf } from '#suites/catalogue'

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
    missing: suitesOf(request.suites, request.commands).map(({ name }) => name),
    reproduce: reproduceCommand(request),
    lkft: { version: lkftVersion() },
  }
}
