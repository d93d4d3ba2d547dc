import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { reportFailure } from '#cli/failure'
import { exitCodeOfSignal } from '#errors/exit-code'
import { plainReporter } from '#log/plain-reporter'
import type { Reporter, StageContext } from '#log/reporter'
import { terminalReporter } from '#log/terminal-reporter'
import { watchInterruption } from '#process/interruption'
import { describeOutcome } from './describe-outcome.ts'
import { addWarning, applyEdit, breakKunitCase, revertEdit } from './example-change.ts'
import { findKernelSource } from '#fetch/kernel-source'
import { readOptions, type QuickstartOptions, usage } from './options.ts'
import { bootAndTest, buildTree, compareResults } from './stages.ts'
import { copyTree } from './copy-tree.ts'

const root = join(import.meta.dirname, '../..')

/** The main job of lkft on one machine: baseline, change, report. Gives the exit code. */
async function quickstart(options: QuickstartOptions, context: StageContext): Promise<number> {
  const cache = join(root, '.cache')
  const home = join(cache, 'quickstart')
  const output = resolve(options.outputDir ?? join(home, 'results'))
  await clear(output)
  const source = await findKernelSource(options.source, join(cache, 'source'), context)
  const tree = await copyTree(source.directory, join(home, 'tree'), context)
  const [suite = '', name = ''] = (options.breakCase ?? 'example.example_simple_test').split('.')
  const edit = addWarning(await breakKunitCase(tree, name))
  const kconfig = join(root, 'examples/kconfig/qemu-x86_64.config')
  const places = { tree, buildDir: join(home, 'build'), kconfig }

  const baseline = join(output, 'baseline')
  await buildTree({ ...places, outputDir: join(baseline, 'build') }, context)
  await bootAndTest(join(baseline, 'build'), join(baseline, 'run'), context)

  const current = join(output, 'change')
  context.reporter.info(`Example change: break ${suite}.${name} and add an unused variable in ${edit.file}`)
  await applyEdit(tree, edit)
  try {
    await buildTree({ ...places, outputDir: join(current, 'build') }, context)
    await bootAndTest(join(current, 'build'), join(current, 'run'), context)
  } finally {
    await revertEdit(tree, edit)
  }
  const report = await compareResults(baseline, current, join(output, 'report'), context)
  context.reporter.close()
  const { lines, found } = describeOutcome(report, {
    broken: `${suite}.${name}`,
    file: edit.file,
    origin: source.origin,
    output: relative(process.cwd(), output) || '.',
    seconds: secondsSinceStart(),
  })
  console.log(lines.join('\n'))
  return found ? 0 : 1
}

/** Empties what an earlier quickstart wrote; refuses a folder that holds anything else. */
async function clear(output: string): Promise<void> {
  await mkdir(output, { recursive: true })
  const others = (await readdir(output)).filter((name) => !['baseline', 'change', 'report'].includes(name))
  if (others.length > 0) throw new Error(`${output} holds other files (${others[0]}); name an empty --output-dir`)
  for (const name of ['baseline', 'change', 'report']) await rm(join(output, name), { recursive: true, force: true })
}

/** Set-up counts: the shell script that starts this notes when it began. */
function secondsSinceStart(): number {
  const started = Number(process.env['LKFT_QUICKSTART_STARTED'])
  return started > 0 ? Math.round(Date.now() / 1000 - started) : Math.round(performance.now() / 1000)
}

function chooseReporter(): Reporter {
  return process.stderr.isTTY ? terminalReporter(process.stderr) : plainReporter((line) => console.error(line))
}

using interruption = watchInterruption()
const reporter = chooseReporter()
try {
  const options = readOptions(process.argv.slice(2))
  if (options.help) console.log(usage)
  else process.exitCode = await quickstart(options, { reporter, signal: interruption.signal })
} catch (error) {
  reporter.close()
  process.exitCode =
    interruption.received() === undefined ? reportFailure(error) : exitCodeOfSignal(interruption.received())
}
