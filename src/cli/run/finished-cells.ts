import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readStage } from '#files/stage-directory'
import type { Verdict } from '#errors/exit-code'
import type { Build, Jobs, Run } from '#schema/documents'
import { checkDocument } from '#schema/validate'

type AnyCell = Jobs['builds'][number] | Jobs['boots'][number] | Jobs['labs'][number]

/** Verdicts that say something about the kernel, so that the cell needs no second try. */
const settled: ReadonlySet<Verdict | null> = new Set(['pass', 'fail', 'crash', 'hang', 'timeout'])

/** What an earlier `lkft run` into the same directory left. */
export interface FinishedCells {
  readonly build: (cell: Jobs['builds'][number], directory: string) => Promise<Build | undefined>
  readonly run: (cell: Jobs['boots'][number] | Jobs['labs'][number], directory: string) => Promise<Run | undefined>
}

const nothing: FinishedCells = { build: async () => undefined, run: async () => undefined }

/**
 * Finds the cells that an earlier run finished: asked for the same, done, and
 * ended by the kernel rather than by the machine or a signal.
 */
export async function findFinishedCells(jobs: Jobs, outputDir: string): Promise<FinishedCells> {
  const earlier = await readJobs(join(outputDir, 'jobs.json'))
  if (earlier === undefined) return nothing
  const before = shapes(earlier)
  const now = shapes(jobs)
  const same = (cell: AnyCell): boolean =>
    before.get(cell.name) !== undefined && before.get(cell.name) === now.get(cell.name)
  const find =
    <Name extends 'build' | 'run'>(name: Name) =>
    async (cell: AnyCell, directory: string) => {
      if (!same(cell)) return undefined
      const record = await readStage(name, directory).catch(() => undefined)
      return record !== undefined && settled.has(record.verdict) ? record : undefined
    }
  return { build: find('build'), run: find('run') }
}

async function readJobs(file: string): Promise<Jobs | undefined> {
  try {
    return await checkDocument('jobs', JSON.parse(await readFile(file, 'utf8')), file)
  } catch {
    return undefined
  }
}

/** Each cell by name, as text without what changes from plan to plan: ids and expected minutes. */
function shapes({ builds, boots, labs }: Jobs): ReadonlyMap<string, string> {
  const keys = new Map(builds.map(({ id, key }) => [id, key]))
  const shape = (cell: AnyCell): [string, string] => {
    const build = 'build' in cell && cell.build !== null ? keys.get(cell.build) : null
    return [cell.name, JSON.stringify({ ...cell, id: '', minutes: 0, build })]
  }
  return new Map([...builds, ...boots, ...labs].map(shape))
}
