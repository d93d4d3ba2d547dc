import type { Architecture } from '#build/architectures'
import type { BuildRequest } from '#build/build-request'
import { type Toolchain, toolchains } from '#build/toolchains'
import { LkftError } from '#errors/lkft-error'

/** Values of `--runtime`; `-local` never pulls. */
export const runtimeNames = ['null', 'podman', 'podman-local', 'docker', 'docker-local']

export function isContainerRuntime(name: string): boolean {
  return name !== 'null'
}

/**
 * The container image of a build: the one asked for (`{arch}` and `{toolchain}`
 * stand for theirs), else TuxMake's for architecture and toolchain. Undefined on
 * this machine.
 *
 * @throws LkftError BAD_ARGUMENT for a pair that there is no image for
 */
export function chooseImage(
  request: BuildRequest,
  architecture: Architecture,
  toolchain: Toolchain,
): string | undefined {
  if (!isContainerRuntime(request.runtime)) return undefined
  const asked = request.image?.replaceAll('{arch}', architecture.name).replaceAll('{toolchain}', toolchain.name)
  if (asked !== undefined) return withRegistry(asked, request.imageRegistry)
  const row = toolchains.find(({ name }) => name === imageToolchain(toolchain))
  if (row === undefined || !row.architectures.includes(architecture.name)) {
    const others = toolchains.filter(({ architectures }) => architectures.includes(architecture.name))
    throw new LkftError('BAD_ARGUMENT', `there is no image for ${architecture.name} with ${toolchain.name}`, {
      hint:
        others.length === 0
          ? 'Give one with --image.'
          : `Toolchains with an image for ${architecture.name}: ${others.map(({ name }) => name).join(', ')}.`,
    })
  }
  return withRegistry(templateOf(toolchain, architecture), request.imageRegistry)
}

function imageToolchain({ name, family, suffix }: Toolchain): string {
  // An exact kernel.org release (korg-gcc-14.2.0) has the image of its major version.
  return family.startsWith('korg-') && suffix !== undefined ? `${family}-${suffix.split('.')[0]}` : name
}

function templateOf(toolchain: Toolchain, architecture: Architecture): string {
  const arch = architecture.imageName ?? architecture.name
  switch (toolchain.family) {
    case 'korg-gcc':
      return 'tuxmake/korg-gcc'
    case 'rustgcc':
    case 'rustclang':
      return `tuxmake/${arch}_rust`
    default:
      return `tuxmake/${arch}_${toolchain.name}`
  }
}

/** Puts the registry in front, unless the name's first part is one already. */
export function withRegistry(image: string, registry = 'docker.io'): string {
  const [first = '', ...rest] = image.split('/')
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  return isRegistry ? image : `${registry}/${image}`
}
