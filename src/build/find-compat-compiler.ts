import type { Architecture } from '#build/architectures'
import { findProgram } from '#build/find-program'

/**
 * make's CROSS_COMPILE_COMPAT: the prefix of the first 32-bit compiler there is;
 * undefined where the architecture needs none, none is there, or the user says it.
 * Images are taken to have the first, as TuxMake's do: nothing can be asked of them
 * before they run.
 */
export async function findCompatCompiler(
  architecture: Architecture,
  userVariables: Readonly<Record<string, string>>,
  inContainer: boolean,
): Promise<string | undefined> {
  if (userVariables['CROSS_COMPILE_COMPAT'] !== undefined) return undefined
  const prefixes = architecture.compatPrefixes ?? []
  if (inContainer) return prefixes[0]
  for (const prefix of prefixes) {
    if ((await findProgram(`${prefix}gcc`)) !== undefined) return prefix
  }
  return undefined
}
