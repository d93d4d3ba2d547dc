import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { runCommand } from '#process/run-command'

/** What one action's bundling came to. */
export interface Bundled {
  readonly action: string
  /** False when every input is as it was and the bundle was kept. */
  readonly built: boolean
  readonly seconds: number
}

/** Names of the actions: every folder of `actions/` with an action.yml and a main.ts. */
export async function listActions(root: string): Promise<readonly string[]> {
  const names: string[] = []
  for (const name of (await readdir(join(root, 'actions'))).sort()) {
    const files = await readdir(join(root, 'actions', name)).catch(() => [])
    if (files.includes('action.yml') && files.includes('main.ts')) names.push(name)
  }
  return names
}

/** Bundles each action into `actions/<name>/dist`, as many at once as there are cores; unchanged ones are kept. */
export async function bundleActions(
  root: string,
  actions: readonly string[],
  done: (bundled: Bundled) => void,
): Promise<void> {
  const waiting = [...actions]
  const work = async (): Promise<void> => {
    for (let action = waiting.shift(); action !== undefined; action = waiting.shift()) {
      done(await bundleAction(root, action))
    }
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), actions.length) }, work))
}

async function bundleAction(root: string, action: string): Promise<Bundled> {
  const started = performance.now()
  const seconds = (): number => (performance.now() - started) / 1000
  const target = join(root, 'actions', action, 'dist')
  const stamp = join(root, '.cache/bundles', `${action}.json`)
  if (await isCurrent(root, stamp, target)) return { action, built: false, seconds: seconds() }
  const folder = `${target}.new`
  await rm(folder, { recursive: true, force: true })
  const program = join(import.meta.dirname, 'bundle-program.ts')
  const entry = join(root, '.build/actions', action, 'main.js')
  const result = await runCommand({ argv: [process.execPath, program, join(root, '.build'), entry, folder] })
  if (result.exitCode !== 0) throw new Error(`bundling ${action} failed\n${result.stderr}`)
  await rm(target, { recursive: true, force: true })
  await rename(folder, target)
  const inputs = (JSON.parse(result.stdout) as string[]).map((file) => relative(root, file))
  await mkdir(join(root, '.cache/bundles'), { recursive: true })
  await writeFile(stamp, JSON.stringify({ inputs, hash: await hashInputs(root, inputs) }))
  return { action, built: true, seconds: seconds() }
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
