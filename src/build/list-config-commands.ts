import { makeCommand, type MakeSettings } from '#build/make-command'
import type { BuildPlan } from '#build/plan-build'
import type { CommandLine } from '#process/command-line'

/** The make calls of the `config` target: base, targets among the fragments, completion. Merging text needs no command. */
export function completeConfigCommands(plan: BuildPlan, settings: MakeSettings): readonly CommandLine[] {
  const goals: string[] = []
  let complete = plan.base.kind === 'make'
  if (plan.base.kind === 'make') goals.push(plan.base.goal)
  for (const fragment of plan.fragments) {
    if (fragment.kind === 'text') {
      complete = false
      continue
    }
    if (!complete) goals.push('olddefconfig')
    goals.push(fragment.goal)
    complete = true
  }
  if (!complete) goals.push('olddefconfig')
  return goals.map((goal) => makeCommand(settings, { goals: [goal] }))
}
