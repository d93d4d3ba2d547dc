import type { BootRequest } from '#boot/boot-request'
import type { RunDirectory } from '#results/run-directory'
import type { Run } from '#schema/documents'
import type { conductRun } from '#suites/conduct-run'
import { judgeRun } from '#suites/judge-run'

/** Judges a run on one machine that cannot be copied, and completes its record. */
export async function finishSingle(
  directory: RunDirectory,
  request: BootRequest,
  ran: Awaited<ReturnType<typeof conductRun>>,
): Promise<Run> {
  const judgement = judgeRun(ran, directory, request.onWarning ?? 'record')
  const { kernel } = directory.run()
  const machines = { shards: 1, started: ran.lives, copied: 0 }
  return directory.finish({ ...judgement, machines, kernel: { ...kernel, release: ran.release } })
}
