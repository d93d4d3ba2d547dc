import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runCommand } from '#process/run-command'
import { bundleActions, listActions } from './bundle-actions.ts'
import { buildDashboard, copyDashboard } from './dashboard.ts'
import { emitProduct } from './emit.ts'
import { takeLock } from './lock.ts'
import { packageDist } from './package-dist.ts'
import { pointToBundledAssets } from './place-assets.ts'

const usage = `npm run build [-- --quick] [-- --action NAME]…
  --quick        emit and bundle only: no generating, no type check (those have their own scripts)
  --action NAME  bundle this action only; may be given more than once`

/** Generates, type-checks, emits to .build/ and dist/, bundles each action to actions/<name>/dist. */
async function build(): Promise<void> {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean' }, action: { type: 'string', multiple: true }, help: { type: 'boolean' } },
  })
  if (values.help === true) return console.log(usage)
  const root = join(import.meta.dirname, '../..')
  const quick = values.quick === true
  await using lock = await takeLock(join(root, '.cache/build.lock'))
  void lock
  const all = await listActions(root)
  const unknown = values.action?.find((name) => !all.includes(name))
  if (unknown !== undefined) throw new Error(`no action ${unknown}; there are ${all.join(', ')}`)
  if (!quick) await step('generate', () => run(root, 'scripts/generate/main.ts'))
  await step('emit', () => emitProduct(root, !quick))
  await step('dashboard', async () => {
    await buildDashboard(root)
    await copyDashboard(root, join(root, '.build'))
  })
  await step('dist', () => packageDist(root))
  await pointToBundledAssets(join(root, '.build'))
  await bundleActions(root, values.action ?? all, ({ folder, built, seconds }) => {
    console.log(`${folder} ${built ? `${seconds.toFixed(1)} s` : 'is current'}`)
  })
}

async function run(root: string, script: string): Promise<void> {
  const result = await runCommand({ argv: [process.execPath, join(root, script)], cwd: root })
  if (result.exitCode !== 0) throw new Error(result.stderr || result.stdout)
}

async function step(name: string, work: () => Promise<void>): Promise<void> {
  const started = performance.now()
  await work()
  console.log(`${name} ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

try {
  await build()
} catch (error) {
  console.error(`build: ${(error as Error).message}`)
  process.exitCode = 1
}
