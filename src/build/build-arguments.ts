import type { BuildPlan } from '#build/plan-build'
import { defaultTargets } from '#build/build-request'

/** What a reproducer pins instead of what was asked for. */
export interface PinnedArguments {
  /** File with the final configuration; the original base and fragments when absent. */
  readonly kconfig?: string | undefined
  readonly image?: string | undefined
  readonly timestamp?: number | undefined
}

/** The words after `lkft build` that ask for this build, without source and output directories. */
export function buildArguments(plan: BuildPlan, pinned: PinnedArguments = {}): readonly string[] {
  const { request } = plan
  const image = pinned.image ?? request.image
  const words: string[] = []
  const option = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) words.push(`--${name}`, String(value))
  }
  const pairs = (name: string, values: Readonly<Record<string, string>>): void => {
    for (const [key, value] of Object.entries(values)) option(name, `${key}=${value}`)
  }
  if (!request.native) option('target-arch', plan.architecture.name)
  option('toolchain', plan.toolchain.name)
  if (request.llvm) words.push('--llvm')
  option('kconfig', pinned.kconfig ?? request.kconfig)
  if (pinned.kconfig === undefined) for (const fragment of request.kconfigAdd) option('kconfig-add', fragment)
  option('kernel-image', request.kernelImage)
  pairs('make-variable', request.makeVariables)
  pairs('environment', request.environment)
  option('runtime', request.runtime)
  if (request.runtime !== 'null') option('image', image)
  if (request.network) words.push('--network')
  if (request.wrapper !== 'none') option('wrapper', request.wrapperPath ?? request.wrapper)
  if (request.compression !== 'zstd') option('compression-type', request.compression)
  option('jobs', request.jobs)
  if (request.failFast) words.push('--fail-fast')
  if (request.verbose) words.push('--verbose')
  option('timestamp', pinned.timestamp ?? request.timestamp)
  if (request.targets.join() !== defaultTargets.join()) words.push(...request.targets)
  return words
}
