import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { blame, type BuildSession, runInBuild } from '#build/build-session'
import { checkKconfig, type RequestedSymbol } from '#build/check-kconfig'
import { explainDropped } from '#build/explain-dropped'
import { kconfigKey } from '#build/kconfig-source'
import { mergeFragment } from '#build/kconfig-text'
import { makeCommand } from '#build/make-command'
import { writeAtomic } from '#files/write-atomic'

/** How the `config` target ended. */
export interface Configured {
  /** Why it failed; null when there is a final .config. */
  readonly failure: string | null
  readonly requested: readonly RequestedSymbol[]
}

/** Where the build directory keeps what its .config was made from. */
const stateFile = '.lkft/kconfig.json'

/**
 * Makes the final .config in the build directory: base, then the fragments in
 * the order given, then Kconfig's own completion. Nothing is written into the
 * source tree. A build directory whose .config was made from the same inputs is
 * left as it is, so that an incremental build does not start over.
 *
 * @throws BuildStopped, LkftError CONTAINER_FAILED
 */
export async function configure(session: BuildSession): Promise<Configured> {
  const { plan, paths } = session
  const configFile = join(paths.build, '.config')
  const key = inputsKey(session)
  if (!(await isCurrent(session, configFile, key))) {
    await rm(join(paths.build, stateFile), { force: true })
    const failure = await makeConfig(session, configFile)
    if (failure !== null) return { failure, requested: [] }
    await mkdir(join(paths.build, '.lkft'), { recursive: true })
    const state = { key, config: await hashText(configFile), kconfig: await kconfigStamp(session) }
    await writeAtomic(join(paths.build, stateFile), JSON.stringify(state))
  }
  const fragments = plan.fragments.flatMap((fragment) => (fragment.kind === 'text' ? [fragment] : []))
  const final = await readFile(configFile, 'utf8')
  const explain = explainDropped(session)
  const requested = checkKconfig(fragments, final, explain)
  return { failure: null, requested }
}

async function makeConfig(session: BuildSession, configFile: string): Promise<string | null> {
  const { base, fragments } = session.plan
  const note = (spec: string): void => session.log.write(`# kconfig: ${spec.replaceAll('\n', ' ')}\n`)
  // Left from other inputs, it would decide what this base does not mention.
  await rm(configFile, { force: true })
  note(base.spec)
  let complete = false
  if (base.kind === 'make') {
    const failure = await makeGoal(session, base.goal)
    if (failure !== null) return failure
    complete = true
  } else {
    await writeFile(configFile, base.text)
  }
  for (const fragment of fragments) {
    note(fragment.spec)
    if (fragment.kind === 'text') {
      const config = await readFile(configFile, 'utf8')
      await writeFile(configFile, mergeFragment(config, fragment.text))
      complete = false
      continue
    }
    if (!complete) {
      const failure = await makeGoal(session, 'olddefconfig')
      if (failure !== null) return failure
    }
    const failure = await makeGoal(session, fragment.goal)
    if (failure !== null) return failure
    complete = true
  }
  return complete ? null : makeGoal(session, 'olddefconfig')
}

async function makeGoal(session: BuildSession, goal: string): Promise<string | null> {
  const command = makeCommand(session.make, { goals: [goal] })
  const result = await runInBuild(session, command, { target: 'config' })
  return result.exitCode === 0 ? null : blame(session, `make ${goal}`, result)
}

/** All that decides the final .config, except the tree's Kconfig files. */
function inputsKey({ plan, make }: BuildSession): string {
  const inputs = {
    base: kconfigKey(plan.base),
    fragments: plan.fragments.map(kconfigKey),
    variables: make.variables,
    compiler: plan.compiler,
    source: plan.source.root,
  }
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex')
}

async function isCurrent(session: BuildSession, configFile: string, key: string): Promise<boolean> {
  const text = await readFile(join(session.paths.build, stateFile), 'utf8').catch(() => undefined)
  if (text === undefined) return false
  const state = JSON.parse(text) as { key?: string; config?: string; kconfig?: string }
  if (state.key !== key || state.config !== (await hashText(configFile))) return false
  return state.kconfig === (await kconfigStamp(session))
}

async function hashText(file: string): Promise<string | undefined> {
  const bytes = await readFile(file).catch(() => undefined)
  return bytes === undefined ? undefined : createHash('sha256').update(bytes).digest('hex')
}

/**
 * Stands for the tree's Kconfig files: size and time of each. Kbuild lists them
 * in the build directory once it has read them; before that there is nothing to
 * compare.
 */
async function kconfigStamp({ plan, paths }: BuildSession): Promise<string> {
  const { readKconfigFiles } = await import('#build/kconfig-files')
  const hash = createHash('sha256')
  for (const file of await readKconfigFiles(plan.source.root, plan.architecture)) {
    const { size, mtimeMs } = await stat(file)
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  hash.update(paths.build)
  return hash.digest('hex')
}
