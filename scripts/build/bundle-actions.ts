import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { runCommand } from '#process/run-command'
import { listPrograms, programFolder } from './place-assets.ts'

/** What one bundling came to. */
export interface Bundled {
  /** Folder of the bundle, relative to the repository. */
  readonly folder: string
  /** False when every input is as it was and the bundle was kept. */
  readonly built: boolean
  readonly seconds: number
}

interface Program {
  readonly entry: string
  readonly folder: string
}

/** Names of the actions: every folder of `actions/` with an action.yml and a main.ts. */
export async function listActions(root: string): Promise<readonly string[]> {
  const names: string[] = []
  for (const name of (await readdir(join(root, 'actions'))).sort()) {
    const files = await readdir(join(root, 'actions', name)).catch((): string[] => [])
    if (files.includes('action.yml') && files.includes('main.ts')) names.push(name)
  }
  return names
}

/**
 * Bundles each action into `actions/<name>/dist`, as many at once as there are
 * cores; unchanged ones are kept. Programs that several name by URL come first,
 * bundled once.
 */
export async function bundleActions(
  root: string,
  actions: readonly string[],
  done: (bundled: Bundled) => void,
): Promise<void> {
  const build = join(root, '.build')
  const named = (await listPrograms(build)).filter((file) => !/\.build\/(cache-server|dashboard)\//.test(file))
  await bundleAll(
    root,
    named.map((entry) => ({ entry, folder: programFolder(build, entry, programsFolder(root)) })),
    done,
  )
  await bundleAll(
    root,
    actions.map((name) => ({
      entry: join(build, 'actions', name, 'main.js'),
      folder: join(root, 'actions', name, 'dist'),
    })),
    done,
  )
}

function programsFolder(root: string): string {
  return join(root, '.cache/bundles/programs')
}

async function bundleAll(root: string, programs: readonly Program[], done: (bundled: Bundled) => void): Promise<void> {
  const waiting = [...programs]
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) done(await bundle(root, next))
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
}

async function bundle(root: string, { entry, folder }: Program): Promise<Bundled> {
  const started = performance.now()
  const name = relative(root, folder)
  const stamp = join(root, '.cache/bundles', `${name.replaceAll('/', '-')}.json`)
  const end = (built: boolean): Bundled => ({ folder: name, built, seconds: (performance.now() - started) / 1000 })
  if (await isCurrent(root, stamp, folder)) return end(false)
  const fresh = `${folder}.new`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(dirname(fresh), { recursive: true })
  const script = join(import.meta.dirname, 'bundle-program.ts')
  const argv = [process.execPath, script, join(root, '.build'), entry, fresh, programsFolder(root)] as const
  const result = await runCommand({ argv })
  if (result.exitCode !== 0) throw new Error(`bundling ${name} failed\n${result.stderr}`)
  await rm(folder, { recursive: true, force: true })
  await rename(fresh, folder)
  const inputs = (JSON.parse(result.stdout) as string[]).map((file) => relative(root, file))
  await writeFile(stamp, JSON.stringify({ inputs, hash: await hashInputs(root, inputs) }))
  return end(true)
}

async function isCurrent(root: string, stamp: string, target: string): Promise<boolean> {
  try {
    await access(join(target, 'index.js'))
    const { inputs, hash } = JSON.parse(await readFile(stamp, 'utf8')) as { inputs: string[]; hash: string }
    return (await hashInputs(root, inputs)) === hash
  } catch {
    return false
  }
}

/** The bundler itself is an input: its sources and the lock file that pins ncc. */
async function hashInputs(root: string, inputs: readonly string[]): Promise<string> {
  const own = ['bundle-program.ts', 'place-assets.ts'].map((name) => relative(root, join(import.meta.dirname, name)))
  const hash = createHash('sha256')
  for (const file of [...own, 'package-lock.json', ...inputs]) {
    hash.update(`${file}\0`).update(await readFile(join(root, file)))
  }
  return hash.digest('hex')
}
