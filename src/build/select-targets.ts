import { type Target, targets } from '#build/targets'
import { unknownName } from '#errors/nearest-names'

/**
 * The row for a name; `make:<goal>` is a Kbuild target without artifacts.
 *
 * @throws LkftError UNKNOWN_NAME with the nearest names
 */
export function findTarget(name: string): Target {
  const goal = /^make:(\S+)$/.exec(name)?.[1]
  if (goal !== undefined) return { name, dependencies: ['config'], steps: () => [{ kind: 'make', goals: [goal] }] }
  const found = targets.find((target) => target.name === name)
  if (found !== undefined) return found
  throw unknownName(
    'target',
    name,
    targets.map((target) => target.name),
  )
}

/** The named targets and all they depend on, in the order they run. */
export function selectTargets(names: readonly string[]): readonly Target[] {
  const wanted = new Map<string, Target>()
  const add = (name: string): void => {
    if (wanted.has(name)) return
    const target = findTarget(name)
    for (const dependency of target.dependencies) add(dependency)
    wanted.set(name, target)
  }
  for (const name of names) add(name)
  const place = (target: Target): number => {
    const index = targets.indexOf(target)
    return index < 0 ? targets.length : index
  }
  return [...wanted.values()].sort((a, b) => place(a) - place(b))
}
