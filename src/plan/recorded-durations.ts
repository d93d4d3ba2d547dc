import { opendir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordedDurations } from '#plan/plan-options'
import type { Build, Run } from '#schema/documents'

const deepest = 8

/**
 * How long builds and suites took, from the directories of an earlier run and
 * all below them. Of several times of one thing the longest counts: a balanced
 * shard is planned for a slow day. Records that are unfinished or unreadable say
 * nothing.
 */
export async function readDurations(directories: readonly string[]): Promise<RecordedDurations> {
  const builds = new Map<string, number>()
  const suites = new Map<string, number>()
  const keep = (into: Map<string, number>, name: string, seconds: number): void => {
    into.set(name, Math.max(into.get(name) ?? 0, seconds / 60))
  }
  for (const directory of directories) {
    for await (const { name, file } of findRecords(directory, 0)) {
      const record = await readRecord(file)
      if (record?.state !== 'done') continue
      if (name === 'build.json') keep(builds, (record as Build).name, record.duration_seconds)
      else addRun(record as Run, (suite, seconds) => keep(suites, suite, seconds))
    }
  }
  return {
    build: (name) => builds.get(name),
    suite: (environment, suite) => suites.get(`${environment}\0${suite}`),
  }
}

function addRun({ environment, suites }: Run, add: (suite: string, seconds: number) => void): void {
  for (const suite of suites) add(`${environment}\0${suite.name}`, suite.duration_seconds)
}

async function* findRecords(
  directory: string,
  depth: number,
): AsyncGenerator<{ readonly name: string; readonly file: string }, void, void> {
  if (depth > deepest) return
  for await (const entry of await opendir(directory)) {
    const file = join(directory, entry.name)
    if (entry.isDirectory()) yield* findRecords(file, depth + 1)
    else if (entry.name === 'build.json' || entry.name === 'run.json') yield { name: entry.name, file }
  }
}

async function readRecord(file: string): Promise<Build | Run | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Build | Run
  } catch {
    return undefined
  }
}
