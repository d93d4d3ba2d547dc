import { architectures } from '#build/architectures'
import { parseToolchain, toolchains } from '#build/toolchains'
import { devices } from '#machine/devices'
import { nameMatcher } from '#plan/match-name'
import type { PlanNames } from '#plan/plan-options'
import { suites } from '#suites/catalogue'

/** The names that plans may use, from the tables of build, machine and suites. */
export function planNames(): PlanNames {
  const suiteNames = suites.map(({ name }) => name)
  return {
    architectures: new Map(
      architectures.flatMap(({ name, aliases }) => [name, ...aliases].map((known) => [known, name] as const)),
    ),
    sourceFolders: new Map(architectures.map(({ name, arch, srcarch }) => [name, srcarch ?? arch])),
    devices: new Map(devices.map(({ name, buildArch }) => [name, buildArch])),
    toolchains: { accepts: isToolchain, known: toolchains.map(({ name }) => name) },
    suites: {
      accepts: (name) => suiteNames.includes(name) || (name.includes('*') && suiteNames.some(nameMatcher(name))),
      known: suiteNames,
    },
  }
}

function isToolchain(name: string): boolean {
  try {
    parseToolchain(name)
    return true
  } catch {
    return false
  }
}
