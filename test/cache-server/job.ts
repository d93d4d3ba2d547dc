// A job's step with the unmodified clients: `node job.ts COMMAND …`. The modules
// to load come by environment, so that every major version runs the same steps.
import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { setFlagsFromString } from 'node:v8'

setFlagsFromString('--no-warnings')

interface Cache {
  saveCache(paths: string[], key: string): Promise<number>
  restoreCache(paths: string[], key: string, restoreKeys?: string[]): Promise<string | undefined>
}
interface ArtifactClient {
  uploadArtifact(
    name: string,
    files: string[],
    root: string,
    options?: object,
  ): Promise<{ id?: number; digest?: string }>
  downloadArtifact(id: number, options: object): Promise<{ digestMismatch?: boolean }>
  listArtifacts(): Promise<{ artifacts: { name: string; id: number; size: number; digest?: string }[] }>
  getArtifact(name: string): Promise<{ artifact: { id: number; name: string } }>
  deleteArtifact(name: string): Promise<{ id: number }>
}

async function cache(): Promise<Cache> {
  const other = process.env['CACHE_MODULE']
  return (await (other === undefined ? import('@actions/cache') : import(other))) as Cache
}

async function artifacts(): Promise<ArtifactClient> {
  const other = process.env['ARTIFACT_MODULE']
  const module = (await (other === undefined ? import('@actions/artifact') : import(other))) as unknown as {
    DefaultArtifactClient: new () => ArtifactClient
  }
  return new module.DefaultArtifactClient()
}

const commands: Readonly<Record<string, (args: string[]) => Promise<unknown>>> = {
  save: async ([path = '', key = '']) => (await cache()).saveCache([path], key),
  restore: async ([path = '', key = '', ...more]) => ({
    key: await (await cache()).restoreCache([path], key, more),
    there: existsSync(path),
  }),
  upload: async ([file = '', name = '']) => (await artifacts()).uploadArtifact(name, [file], dirname(file)),
  'upload-raw': async ([file = '']) =>
    (await artifacts()).uploadArtifact(basename(file), [file], dirname(file), { skipArchive: true }),
  list: async () => (await artifacts()).listArtifacts(),
  download: async ([name = '', path = '']) => {
    const client = await artifacts()
    const { artifact } = await client.getArtifact(name)
    const { digestMismatch } = await client.downloadArtifact(artifact.id, { path, expectedHash: undefined })
    return { digestMismatch: digestMismatch ?? false }
  },
  'download-elsewhere': async ([id = '', path = '', run = '', repository = '/']) => {
    const [repositoryOwner, repositoryName] = repository.split('/')
    const findBy = {
      token: process.env['ACTIONS_RUNTIME_TOKEN'],
      workflowRunId: Number(run),
      repositoryOwner,
      repositoryName,
    }
    return (await artifacts()).downloadArtifact(Number(id), { path, findBy })
  },
  delete: async ([name = '']) => (await artifacts()).deleteArtifact(name),
}

const [command = '', ...args] = process.argv.slice(2)
try {
  const result = await commands[command]?.(args)
  process.stdout.write(`\nRESULT ${JSON.stringify({ ok: result ?? null })}\n`)
} catch (error) {
  process.stdout.write(
    `\nRESULT ${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`,
  )
}
