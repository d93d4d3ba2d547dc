import { cp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArtifactStore } from '#github/artifacts'
import type { BaselineRun } from '#github/find-baseline'
import type { StageContext } from '#log/reporter'

/** Folder of a report artifact that holds the records of every build and run it was made from. */
export const recordsFolder = 'records'

/**
 * Brings a baseline here: every cell of the nearest run, and what it lacks from
 * older ones.
 *
 * @returns the folder of each cell's records; none when no run has any
 */
export async function fetchBaseline(
  store: ArtifactStore,
  runs: readonly BaselineRun[],
  folder: string,
  { reporter, signal }: StageContext,
): Promise<readonly string[]> {
  const cells = new Map<string, string>()
  for (const [index, { artifact, from, commit }] of runs.entries()) {
    signal.throwIfAborted()
    reporter.info(`baseline: run ${from.workflowRunId} at ${commit.slice(0, 12)}`)
    const download = join(folder, `run-${index}`)
    await store.download(artifact, download, from)
    for (const cell of await listCells(join(download, recordsFolder))) {
      if (cells.has(cell)) continue
      const target = join(folder, 'cells', cell)
      await cp(join(download, recordsFolder, cell), target, { recursive: true })
      cells.set(cell, target)
    }
  }
  return [...cells.values()]
}

/** `records/<kind>/<cell>`, two levels deep. */
async function listCells(folder: string): Promise<readonly string[]> {
  const kinds = await readdir(folder).catch((): string[] => [])
  const cells = await Promise.all(
    kinds.map(async (kind) => (await readdir(join(folder, kind))).map((cell) => join(kind, cell))),
  )
  return cells.flat().sort()
}
