import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { nearestNames } from '#errors/nearest-names'
import { fetchKconfig } from '#build/fetch-kconfig'

/** Where a base configuration or a fragment comes from, with its content where it has one. */
export type KconfigSource =
  | { readonly kind: 'make'; readonly spec: string; readonly goal: string; readonly interactive: boolean }
  | { readonly kind: 'text'; readonly spec: string; readonly text: string }

/** Where names of configurations are looked up. */
export interface KconfigPlaces {
  readonly source: string
  readonly srcarch: string
  /** Text of arch/<srcarch>/Makefile, which may make up configurations. */
  readonly archMakefile: string
  /** Base URL of an lkft cache server for what is a URL. */
  readonly cacheServer?: string | undefined
}

const builtInGoals = [
  'allmodconfig',
  'allnoconfig',
  'allyesconfig',
  'alldefconfig',
  'defconfig',
  'randconfig',
  'tinyconfig',
]

/**
 * Reads the base configuration: URL, file (from the current directory, then the
 * source tree), or a configuration of the tree.
 *
 * @throws LkftError BAD_ARGUMENT, UNKNOWN_NAME, FETCH_FAILED
 */
export async function readBaseConfig(spec: string, places: KconfigPlaces): Promise<KconfigSource> {
  const text = await readText(spec, places)
  if (text !== undefined) return { kind: 'text', spec, text }
  if (!/^[\w-]+$/.test(spec)) throw unusable(spec, 'a kconfig')
  await checkGoal(spec, places)
  return { kind: 'make', spec, goal: spec, interactive: false }
}

/**
 * Reads one fragment: URL, file, `CONFIG_X=y`, `# CONFIG_X is not set`,
 * `<name>.config` of the tree, `make:<goal>` or `imake:<goal>`.
 *
 * @throws LkftError as `readBaseConfig`
 */
export async function readFragment(spec: string, places: KconfigPlaces): Promise<KconfigSource> {
  const goal = /^(i?)make:(\S+)$/.exec(spec)
  if (goal !== null) return { kind: 'make', spec, goal: goal[2] ?? '', interactive: goal[1] === 'i' }
  if (/^CONFIG_\w+=.+$/.test(spec) || /^# CONFIG_\w+ is not set$/.test(spec)) return { kind: 'text', spec, text: spec }
  if (/^(?:CONFIG_)?\w+=/.test(spec)) throw unusable(spec, 'a fragment')
  const text = await readText(spec, places)
  if (text !== undefined) return { kind: 'text', spec, text }
  if (!/^[\w.+-]+\.config$/.test(spec)) throw unusable(spec, 'a fragment')
  return { kind: 'text', spec, text: await readTreeFragment(spec, places) }
}

/** What the content of a source is worth for telling two requests apart. */
export function kconfigKey(source: KconfigSource): string {
  return source.kind === 'make'
    ? `make ${source.goal}`
    : `text ${createHash('sha256').update(source.text).digest('hex')}`
}

async function readText(spec: string, places: KconfigPlaces): Promise<string | undefined> {
  if (/^https?:\/\//.test(spec)) return fetchKconfig(spec, places.cacheServer)
  if (spec.includes('\n')) return undefined
  for (const file of [resolve(spec), join(places.source, spec)]) {
    const found = await stat(file).catch(() => undefined)
    if (found === undefined) continue
    if (found.isDirectory()) throw new LkftError('BAD_ARGUMENT', `the kconfig ${file} is a directory`)
    return readFile(file, 'utf8')
  }
  return undefined
}

/** Kbuild's `%.config`: the file of kernel/configs, then the architecture's; both when both are there. */
async function readTreeFragment(name: string, places: KconfigPlaces): Promise<string> {
  const texts: string[] = []
  for (const folder of configFolders(places)) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    if (text !== undefined) texts.push(text)
  }
  if (texts.length > 0) return texts.join('\n')
  const known = (await listConfigs(places)).filter((entry) => entry.endsWith('.config'))
  throw noSuch('kconfig fragment', name, known)
}

async function checkGoal(goal: string, places: KconfigPlaces): Promise<void> {
  if (builtInGoals.includes(goal) || (goal.endsWith('config') && places.archMakefile.includes(goal))) return
  const known = await listConfigs(places)
  // Some architectures generate names from parts that no file carries (32r2el_defconfig on MIPS).
  const isGenerated = goal.endsWith('config') && places.archMakefile.includes('gen_generic_defconfigs')
  if (known.includes(goal) || isGenerated) return
  throw noSuch('kconfig', goal, [...builtInGoals, ...known.filter((entry) => entry.endsWith('_defconfig'))])
}

function noSuch(what: string, name: string, known: readonly string[]): LkftError {
  const near = nearestNames(name, known)
  return new LkftError('UNKNOWN_NAME', `there is no ${what} '${name}' here, in the tree or as a file`, {
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Give a name of the tree, a file or a URL.',
  })
}

function configFolders({ source, srcarch }: KconfigPlaces): readonly string[] {
  return [join(source, 'kernel/configs'), join(source, 'arch', srcarch, 'configs')]
}

async function listConfigs(places: KconfigPlaces): Promise<readonly string[]> {
  const lists = await Promise.all(
    configFolders(places).map(async (folder) => readdir(folder, { recursive: true }).catch(() => [])),
  )
  return lists.flat().sort()
}

function unusable(spec: string, what: string): LkftError {
  return new LkftError('BAD_ARGUMENT', `'${spec}' is not ${what}: no such file, and not of the form of one`, {
    hint: 'Give a file, a URL, a configuration of the tree, CONFIG_X=y, or make:<target> for a fragment.',
  })
}
