import { findArchitecture } from '#build/architectures'
import { completeBuildRequest } from '#build/build-request'
import { chooseImage, withRegistry } from '#build/choose-image'
import { parseToolchain } from '#build/toolchains'
import { LkftError } from '#errors/lkft-error'

/**
 * The images that `lkft images lock` was asked for: those named, and those of each
 * architecture with each toolchain.
 *
 * @throws LkftError BAD_ARGUMENT, UNKNOWN_NAME
 */
export function namesOf(
  words: readonly string[],
  flags: {
    readonly targetArch: readonly string[]
    readonly toolchain: readonly string[]
    readonly imageRegistry?: string
  },
): readonly string[] {
  const { targetArch, toolchain, imageRegistry } = flags
  if ((targetArch.length === 0) !== (toolchain.length === 0)) {
    throw new LkftError('BAD_ARGUMENT', '--target-arch and --toolchain name images together', {
      hint: 'Give both, or neither.',
    })
  }
  const pairs = targetArch.flatMap((arch) => toolchain.map((name) => [arch, name] as const))
  const chosen = pairs.map(([arch, name]) => {
    const request = completeBuildRequest({
      source: '.',
      outputDir: '.',
      targetArch: arch,
      toolchain: name,
      runtime: 'podman',
      imageRegistry,
    })
    return chooseImage(request, findArchitecture(arch), parseToolchain(name)) ?? ''
  })
  return [...new Set([...words.map((word) => withRegistry(word, imageRegistry)), ...chosen])]
}
