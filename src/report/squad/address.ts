import { LkftError } from '#errors/lkft-error'

/** A SQUAD server and a build on it. */
export interface SquadBuild {
  /** Origin and path before `/api`. */
  readonly server: string
  readonly group: string
  readonly project: string
  readonly build: string
}

/** `squad+https://host/group/project/build`; undefined when a text is no such address. */
export function parseSquadAddress(text: string): SquadBuild | undefined {
  if (!/^squad\+https?:\/\//.test(text)) return undefined
  const url = new URL(text.slice('squad+'.length))
  const parts = url.pathname.split('/').filter((part) => part !== '').map((part) => decodeURIComponent(part)) // prettier-ignore
  const [group, project, build] = parts.slice(-3)
  if (group === undefined || project === undefined || build === undefined) {
    throw new LkftError('BAD_ARGUMENT', `${text} names no build`, {
      hint: 'Use squad+https://host/group/project/build.',
    })
  }
  const path = parts.slice(0, -3).map((part) => `/${encodeURIComponent(part)}`)
  return { server: `${url.origin}${path.join('')}`, group, project, build }
}

/** The Authorization header for a SQUAD server; undefined without SQUAD_TOKEN. */
export function squadAuthorization(): string | undefined {
  const token = process.env['SQUAD_TOKEN']
  return token === undefined ? undefined : `Token ${token}`
}
