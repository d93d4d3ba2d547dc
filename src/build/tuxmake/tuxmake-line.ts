import { defaultTargets } from '#build/build-request'
import type { BuildPlan } from '#build/plan-build'
import { formatCommandLine, hasHiddenCharacter } from '#process/command-line'

/**
 * A `tuxmake` command line, to run in the source tree, that builds the same
 * kernel; its archives are xz where lkft's are zstd.
 *
 * @param image the image by digest, where it is known
 * @returns undefined where TuxMake cannot be asked for it
 */
export function tuxmakeLine(plan: BuildPlan, image?: string): string | undefined {
  const { request } = plan
  const variables = { ...(request.llvm ? { LLVM: '1' } : {}), ...request.makeVariables }
  if (Object.values(variables).some((value) => value.includes('='))) return undefined
  if (request.targets.includes('decode-stacktrace') || !keepsOrder(plan)) return undefined
  const words: string[] = ['tuxmake']
  const option = (name: string, value: string | undefined): void => {
    if (value !== undefined) words.push(`--${name}`, value)
  }
  if (!request.native) option('target-arch', plan.architecture.name)
  option('toolchain', plan.toolchain.name)
  option('kconfig', request.kconfig)
  for (const fragment of request.kconfigAdd) option('kconfig-add', fragment)
  option('kernel-image', request.kernelImage)
  for (const [name, value] of Object.entries(request.environment)) option('environment', `${name}=${value}`)
  option('runtime', request.runtime)
  if (plan.image !== undefined) option('image', image ?? plan.image)
  if (request.wrapper !== 'none') option('wrapper', request.wrapperPath ?? request.wrapper)
  if (request.compression === 'none') option('compression-type', 'none')
  option('jobs', String(request.jobs))
  if (request.failFast) words.push('--fail-fast')
  for (const [name, value] of Object.entries(variables)) words.push(`${name}=${value}`)
  if (request.targets.join() !== defaultTargets.join()) {
    for (const target of request.targets) {
      if (target.startsWith('make:')) option('make-target', target.slice(5))
      else words.push(target)
    }
  }
  return words.some(hasHiddenCharacter) ? undefined : formatCommandLine({ argv: words as [string, ...string[]] })
}

/** TuxMake runs `make:` fragments before all others. */
function keepsOrder({ fragments }: BuildPlan): boolean {
  const firstText = fragments.findIndex(({ kind }) => kind === 'text')
  return firstText < 0 || fragments.slice(firstText).every(({ kind }) => kind === 'text')
}
