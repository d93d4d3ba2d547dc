import { LkftError } from '#errors/lkft-error'

/** A container image's name, taken apart. */
export interface ImageName {
  /** Host and port, e.g. `docker.io`. */
  readonly registry: string
  /** e.g. `tuxmake/arm64_gcc-14`. */
  readonly repository: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

const form = /^(?<name>[^@:]+(?::\d+\/[^@:]+)?)(?::(?<tag>[\w][\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/

/**
 * Reads a name that begins with its registry.
 *
 * @throws LkftError BAD_ARGUMENT
 */
export function parseImageName(image: string): ImageName {
  const groups = form.exec(image)?.groups
  const at = groups?.['name']?.indexOf('/') ?? -1
  if (groups === undefined || at < 1) {
    throw new LkftError('BAD_ARGUMENT', `'${image}' is no name of a container image`, {
      hint: 'It has the form registry/name[:tag][@sha256:…].',
    })
  }
  const name = groups['name'] ?? ''
  return {
    registry: name.slice(0, at),
    repository: name.slice(at + 1),
    tag: groups['tag'],
    digest: groups['digest'],
  }
}

/** The name that always means the same bytes. */
export function withDigest(image: string, digest: string): string {
  const { registry, repository } = parseImageName(image)
  return `${registry}/${repository}@${digest}`
}
