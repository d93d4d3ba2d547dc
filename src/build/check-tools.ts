import type { Architecture } from '#build/architectures'
import type { BuildRequest } from '#build/build-request'
import { findProgram } from '#build/find-program'
import type { Toolchain } from '#build/toolchains'
import { usesClang } from '#build/toolchains'
import { wrapperProgram } from '#build/wrapper-program'
import { LkftError } from '#errors/lkft-error'

/** Programs that every build on this machine needs, with Debian's package of each. */
const basicTools: readonly (readonly [program: string, debianPackage: string])[] = [
  ['bc', 'bc'],
  ['bison', 'bison'],
  ['flex', 'flex'],
  ['make', 'make'],
  ['tar', 'tar'],
]

/**
 * Checks that this machine has the compiler and the tools for a build without a
 * container.
 *
 * @param compiler program that compiles C, e.g. `aarch64-linux-gnu-gcc`
 * @throws LkftError TOOL_MISSING with the apt line
 */
export async function checkTools(
  request: BuildRequest,
  architecture: Architecture,
  toolchain: Toolchain,
  compiler: string,
): Promise<void> {
  const missing: { program: string; packages: string }[] = []
  const need = async (program: string, packages: string): Promise<void> => {
    if ((await findProgram(program)) === undefined) missing.push({ program, packages })
  }
  await need(compiler, usesClang(toolchain) ? 'clang' : compilerPackage(request, architecture))
  for (const [program, packages] of basicTools) await need(program, packages)
  const wrapper = wrapperProgram(request)
  if (wrapper !== undefined) await need(wrapper, request.wrapper)
  if (request.compression !== 'none')
    await need(request.compression, request.compression === 'zstd' ? 'zstd' : 'xz-utils')
  if (missing.length === 0) return
  const programs = missing.map(({ program }) => program).join(', ')
  const packages = [...new Set(missing.map((entry) => entry.packages))].filter((name) => name !== '')
  throw new LkftError('TOOL_MISSING', `not installed: ${programs}`, {
    hint:
      packages.length === 0
        ? `Debian has no package of it: use --runtime podman.`
        : `Run: apt-get install ${packages.join(' ')}`,
  })
}

function compilerPackage(request: BuildRequest, architecture: Architecture): string {
  return request.native ? 'gcc' : (architecture.debianPackage ?? '')
}
