import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { newestArtifacts } from '#github/artifact-names'
import type { ArtifactStore } from '#github/artifacts'
import type { StageContext } from '#log/reporter'

/** Downloads at a time: GitHub's storage serves many, our disk is one. */
const downloadsAtOnce = 8

/**
 * Brings the results of this run here, one folder each: the newest attempt of
 * every build's records and of every run. Any job of the run may upload under our
 * names; what is no result is told and left out, so that it hides no other's.
 *
 * @returns the folders
 */
export async function collectResults(
  store: ArtifactStore,
  scope: string,
  folder: string,
  { reporter, signal }: StageContext,
): Promise<readonly string[]> {
  const names = await store.list()
  const wanted = (['records', 'run'] as const).flatMap((kind) =>
    [...newestArtifacts(names, scope, kind)].map(([id, name]) => ({ name, folder: join(folder, kind, id) })),
  )
  reporter.section(`Fetch the results of ${wanted.length} builds and runs`)
  const waiting = [...wanted]
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      signal.throwIfAborted()
      await store.download(next.name, next.folder)
      reporter.status(`${wanted.length - waiting.length} of ${wanted.length}`)
    }
  }
  await Promise.all(Array.from({ length: downloadsAtOnce }, work))
  const held = await Promise.all(wanted.map(({ folder: one }) => holdsStage(one)))
  for (const { name } of wanted.filter((_, index) => held[index] !== true)) {
    reporter.warn(`The artifact ${name} holds no run and no build: left out.`)
  }
  return wanted.filter((_, index) => held[index] === true).map((one) => one.folder)
}

async function holdsStage(folder: string): Promise<boolean> {
  const names = await readdir(folder, { recursive: true })
  return names.some((name) => ['run.json', 'build.json'].includes(basename(name)))
}
