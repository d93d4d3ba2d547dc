import type { MakeStep } from '#build/target-step'
import type { MakeVariables } from '#build/make-variables'
import type { CommandLine } from '#process/command-line'

/** What all make calls of one build share. Paths are those the build sees. */
export interface MakeSettings {
  readonly source: string
  readonly build: string
  /** The same folder by a path whose parent takes what package targets leave there. */
  readonly packaging: string
  readonly jobs: number
  readonly failFast: boolean
  readonly variables: MakeVariables
  readonly environment: Readonly<Record<string, string>>
}

/** The command of one make step, in the source tree. */
export function makeCommand(settings: MakeSettings, step: Omit<MakeStep, 'kind'>): CommandLine {
  const { CC: _cc, HOSTCC: _hostcc, ...withoutCc } = settings.variables
  const usesClang = /(?:^|\/| )clang/.test(settings.variables['CC'] ?? '')
  const variables = step.llvmInsteadOfCc === true && usesClang ? { LLVM: '1', ...withoutCc } : settings.variables
  return {
    argv: [
      'make',
      '--no-print-directory',
      '-C',
      settings.source,
      ...(settings.failFast ? [] : ['--keep-going']),
      ...(step.ignoreErrors === true ? ['--ignore-errors'] : []),
      `--jobs=${settings.jobs}`,
      `O=${step.leavesBeside === true ? settings.packaging : settings.build}`,
      ...words(step.variables ?? {}),
      ...words(variables),
      ...(step.directory === undefined ? [] : ['-C', step.directory]),
      ...step.goals,
    ],
    env: { ...settings.environment, ...step.environment },
  }
}

function words(variables: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`)
}
