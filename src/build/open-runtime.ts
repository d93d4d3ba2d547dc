import type { BuildRuntime } from '#build/build-runtime'
import { isContainerRuntime } from '#build/choose-image'
import { containerRuntime, type RuntimePlan } from '#build/container-runtime'
import { nullRuntime } from '#build/null-runtime'

/** The runtime that a plan asks for; not started. */
export function openRuntime(plan: RuntimePlan): BuildRuntime {
  return isContainerRuntime(plan.request.runtime) ? containerRuntime(plan) : nullRuntime(plan.paths)
}
