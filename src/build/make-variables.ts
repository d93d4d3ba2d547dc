import type { Architecture } from '#build/architectures'
import type { BuildRequest } from '#build/build-request'
import { wrapperProgram } from '#build/wrapper-program'
import { korgPrefix, type Toolchain, toolchainVariables } from '#build/toolchains'
import { LkftError } from '#errors/lkft-error'

/** Variables that lkft sets itself, so a user cannot. */
const reserved = new Set(['ARCH', 'CC', 'HOSTCC', 'INSTALL_DTBS_PATH', 'INSTALL_MOD_PATH', 'O'])

/** make's variables for every call of a build, in the order of the command line. */
export type MakeVariables = Readonly<Record<string, string>>

/**
 * The variables of a build: architecture, toolchain, then the user's, then the
 * compiler wrapper's, later ones winning; empty values are left out.
 *
 * @param build path of the build directory as make sees it
 * @param compat CROSS_COMPILE_COMPAT, where a 32-bit compiler was found
 */
export function makeVariables(
  request: BuildRequest,
  architecture: Architecture,
  toolchain: Toolchain,
  build: string,
  compat?: string,
): MakeVariables {
  const own: Record<string, string | undefined> = {
    ...(request.native
      ? {}
      : {
          ARCH: architecture.arch,
          SRCARCH: architecture.srcarch,
          CROSS_COMPILE: architecture.crossCompile,
          ...architecture.variables,
        }),
    ...toolchainVariables(toolchain, architecture),
    ...(toolchain.family === 'korg-gcc' ? { CROSS_COMPILE: `${build}/${korgPrefix(toolchain, architecture)}` } : {}),
    ...(request.llvm ? { LLVM: '1' } : {}),
    CROSS_COMPILE_COMPAT: compat,
    ...request.makeVariables,
  }
  const wrapper = wrapperProgram(request)
  const wrapped = wrapper === undefined ? {} : wrapperVariables(wrapper, own)
  const all = Object.entries({ ...own, ...wrapped })
  return Object.fromEntries(all.filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''))
}

function wrapperVariables(wrapper: string, variables: Readonly<Record<string, string | undefined>>): MakeVariables {
  const cc = variables['CC'] ?? compilerName(variables)
  const hostcc = variables['HOSTCC'] ?? llvmClang(variables['LLVM']) ?? 'gcc'
  return { CC: `${wrapper} ${cc}`, HOSTCC: `${wrapper} ${hostcc}` }
}

/** The program that compiles C with these variables, e.g. `aarch64-linux-gnu-gcc`. */
export function compilerName(variables: Readonly<Record<string, string | undefined>>): string {
  return variables['CC'] ?? llvmClang(variables['LLVM']) ?? `${variables['CROSS_COMPILE'] ?? ''}gcc`
}

/** make's LLVM=1, LLVM=-15 or LLVM=/dir/ as the name of clang. */
function llvmClang(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined
  if (value.endsWith('/')) return `${value}clang`
  return value.startsWith('-') ? `clang${value}` : 'clang'
}

/**
 * Checks the user's make variables.
 *
 * @throws LkftError BAD_ARGUMENT for one that lkft sets, or that is no name
 */
export function checkMakeVariables(variables: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(variables)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new LkftError('BAD_ARGUMENT', `'${name}' is no make variable`)
    if (reserved.has(name)) {
      throw new LkftError('BAD_ARGUMENT', `the make variable ${name} is set by lkft`, {
        hint: hints[name] ?? 'Leave it out.',
      })
    }
  }
}

const hints: Readonly<Record<string, string>> = {
  ARCH: 'Use --target-arch.',
  CC: 'Use --toolchain or --wrapper.',
  HOSTCC: 'Use --toolchain or --wrapper.',
  O: 'Use --build-dir.',
}
