import { createHash } from 'node:crypto'
import type { BuildEntry } from '#plan/expand-builds'
import type { PlanProblems } from '#plan/plan-problems'

export interface UnnamedBuild {
  readonly entry: BuildEntry
  /** JSON pointer of the entry. */
  readonly pointer: string
  /** Whether the entry makes more than one build. */
  readonly many: boolean
  readonly arch: string
  readonly toolchain: string
  readonly kconfig: string
  /** Fragments beyond those of the entry. */
  readonly more: readonly string[]
  readonly key: string
}

/**
 * Names builds: the entry's `name` when it makes one build, name or nothing before
 * `arch-toolchain-kconfig` otherwise. Of different builds that would share a
 * name, each but the first gets six digits of its key, so a name stays the same
 * when the plan grows.
 */
export function nameBuilds(
  builds: readonly UnnamedBuild[],
  problems: PlanProblems,
): { readonly build: UnnamedBuild; readonly name: string }[] {
  const keyOf = new Map<string, string>()
  return builds.map((build) => {
    const plain = plainName(build)
    const owner = keyOf.get(plain)
    if (owner === undefined || owner === build.key) {
      keyOf.set(plain, build.key)
      return { build, name: plain }
    }
    if (build.entry.name !== undefined && !build.many) {
      problems.add(`${build.pointer}/name`, `'${plain}' is the name of a different build too`)
    }
    const name = `${plain}-${build.key.slice(0, 6)}`
    keyOf.set(name, build.key)
    return { build, name }
  })
}

function plainName({ entry, many, arch, toolchain, kconfig }: UnnamedBuild): string {
  const triple = `${arch}-${toolchain}-${shortKconfig(kconfig)}`
  if (entry.name === undefined) return safe(triple)
  return many ? safe(`${entry.name}-${triple}`) : entry.name
}

/** A URL or path is named by its last part and four digits of the whole. */
function shortKconfig(kconfig: string): string {
  if (!kconfig.includes('/')) return kconfig
  const last =
    kconfig
      .replace(/[?#].*$/, '')
      .split('/')
      .findLast((part) => part !== '') ?? 'config'
  return `${last}-${createHash('sha256').update(kconfig).digest('hex').slice(0, 4)}`
}

function safe(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/^[^A-Za-z0-9]+/, '')
}
