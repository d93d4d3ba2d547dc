import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArtifactClient, DownloadArtifactOptions, FindOptions } from '@actions/artifact'
import { LkftError } from '#errors/lkft-error'
import { obeyClient } from '#github/workflow-commands'

/** Another run whose artifacts are read, with a token that may. */
export type OtherRun = NonNullable<FindOptions['findBy']>

/** The artifacts of this run. The client is loaded at the first call. */
export interface ArtifactStore {
  /** Uploads every file of a directory and gives GitHub's id of it. @throws LkftError FETCH_FAILED */
  upload(name: string, directory: string, retentionDays?: number): Promise<number | undefined>
  /** Names in this run, or in another. */
  list(from?: OtherRun): Promise<readonly string[]>
  /** Unpacks one artifact into a directory. @throws LkftError FETCH_FAILED when it is not there or its digest is wrong */
  download(name: string, directory: string, from?: OtherRun): Promise<void>
  /**
   * Brings one artifact as the zip that GitHub keeps, nothing unpacked.
   *
   * @returns the file
   * @throws LkftError FETCH_FAILED also when it is larger than `largest` bytes, before a byte of it came
   */
  downloadArchive(name: string, directory: string, from: OtherRun, largest: number): Promise<string>
}

/** Kernels and logs in a build or run directory are compressed already, or big: level 1 is the better bargain. */
const compressionLevel = 1

export const artifactStore: ArtifactStore = {
  upload: async (name, directory, retentionDays) => {
    const files = await listFiles(directory)
    return attempt(`cannot upload the artifact ${name}`, async () => {
      const client = await loadClient()
      const options = { compressionLevel, ...(retentionDays === undefined ? {} : { retentionDays }) }
      const { id } = await client.uploadArtifact(name, files, directory, options)
      return id
    })
  },
  list: (from) =>
    attempt('cannot list the artifacts', async () => {
      const client = await loadClient()
      const { artifacts } = await client.listArtifacts(from === undefined ? {} : { findBy: from })
      return artifacts.map((artifact) => artifact.name)
    }),
  download: (name, directory, from) =>
    attempt(`cannot download the artifact ${name}`, async () => {
      const client = await loadClient()
      const found = await client.getArtifact(name, from === undefined ? {} : { findBy: from })
      await mkdir(directory, { recursive: true })
      const options: DownloadArtifactOptions & FindOptions = { path: directory }
      if (found.artifact.digest !== undefined) options.expectedHash = found.artifact.digest
      if (from !== undefined) options.findBy = from
      const { digestMismatch } = await client.downloadArtifact(found.artifact.id, options)
      if (digestMismatch === true) throw new Error('its digest is not the one that was uploaded')
    }),
  downloadArchive: (name, directory, from, largest) =>
    attempt(`cannot download the artifact ${name}`, async () => {
      const client = await loadClient()
      const { artifact } = await client.getArtifact(name, { findBy: from })
      if (artifact.size > largest) throw new Error(`it has ${artifact.size} bytes; at most ${largest} are taken`)
      await mkdir(directory, { recursive: true })
      await client.downloadArtifact(artifact.id, { path: directory, findBy: from, skipDecompress: true })
      const [file] = await listFiles(directory)
      if (file === undefined) throw new Error('nothing came')
      return file
    }),
}

/** By URL, so that the bundles of all actions share one bundle of the client. */
async function loadClient(): Promise<ArtifactClient> {
  const { href } = new URL('./artifact-client.ts', import.meta.url)
  const { default: client } = (await import(/* webpackIgnore: true */ href)) as { default: ArtifactClient }
  return client
}

async function attempt<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await obeyClient(work)
  } catch (error) {
    const message = (error as Error).message.split('\n', 1)[0]
    throw new LkftError('FETCH_FAILED', `${what}: ${message}`, {
      cause: error,
      hint: 'Re-run the failed jobs when GitHub had a bad moment.',
    })
  }
}

async function listFiles(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
