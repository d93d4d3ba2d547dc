import { type Architecture, sourceArchitecture } from '#build/architectures'
import type { TargetFacts } from '#build/targets'

/** The image a build makes: make goal, file below the build directory, name among the artifacts. */
export function imageOf(architecture: Architecture, asked: string | undefined): TargetFacts['image'] {
  const goal = asked ?? architecture.image
  const file = asked ?? architecture.imageFile ?? architecture.image
  const top = goal === 'vmlinux' || architecture.imageFolder === 'top'
  return {
    goal,
    file: top ? file : `arch/${sourceArchitecture(architecture)}/boot/${file}`,
    artifact: goal.split('/').at(-1) ?? goal,
  }
}
