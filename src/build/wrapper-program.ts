import type { BuildRequest } from '#build/build-request'

/** The folder in a container where the program of `--wrapper /path/ccache` is mounted; it is in its PATH. */
const folderInContainer = '/usr/local/bin'

/** The word that calls the compiler wrapper where the build runs; undefined when there is none. */
export function wrapperProgram(request: Pick<BuildRequest, 'wrapper' | 'wrapperPath' | 'runtime'>): string | undefined {
  if (request.wrapper === 'none') return undefined
  return request.runtime === 'null' ? (request.wrapperPath ?? request.wrapper) : request.wrapper
}

/** Where a container has the wrapper's program; undefined when its image brings its own. */
export function wrapperInContainer({ wrapper, wrapperPath }: BuildRequest): string | undefined {
  return wrapper === 'none' || wrapperPath === undefined ? undefined : `${folderInContainer}/${wrapper}`
}
