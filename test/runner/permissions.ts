export type Permissions = Readonly<Record<string, string>>

/** Scopes of a job's token. Source: GitHub's workflow syntax. */
const scopes = [
  'actions',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'id-token',
  'issues',
  'models',
  'packages',
  'pages',
  'pull-requests',
  'repository-projects',
  'security-events',
  'statuses',
] as const

/** What a token may do when no file says: the restricted default of new repositories. */
export const restrictedPermissions: Permissions = { contents: 'read', packages: 'read' }

/** `permissions` as written, by scope: a mapping names all that is granted, `read-all` and `write-all` all scopes. */
export function readPermissions(written: unknown): Permissions | undefined {
  if (written === undefined || written === null) return undefined
  if (written === 'read-all' || written === 'write-all') {
    const level = written === 'read-all' ? 'read' : 'write'
    return Object.fromEntries(
      scopes.filter((scope) => level === 'write' || scope !== 'id-token').map((scope) => [scope, level]),
    )
  }
  const entries = Object.entries(written as Record<string, string>).filter(([, level]) => level !== 'none')
  return Object.fromEntries(entries)
}

/** No more than `limit` grants; used for called workflows and for pull requests from forks. */
export function shrink(wanted: Permissions, limit: Permissions): Permissions {
  const entries = Object.entries(wanted).flatMap(([scope, level]) => {
    const most = limit[scope]
    if (most === undefined) return []
    return [[scope, most === 'read' ? 'read' : level] as const]
  })
  return Object.fromEntries(entries)
}

/** Scopes that a called workflow asks for beyond what its caller has; GitHub refuses to start it. */
export function beyond(wanted: Permissions, limit: Permissions): readonly string[] {
  return Object.entries(wanted)
    .filter(([scope, level]) => limit[scope] === undefined || (level === 'write' && limit[scope] === 'read'))
    .map(([scope, level]) => `${scope}: ${level}`)
}

/** A fork's token only reads. */
export function readOnly(permissions: Permissions): Permissions {
  return Object.fromEntries(
    Object.keys(permissions)
      .filter((scope) => scope !== 'id-token')
      .map((scope) => [scope, 'read']),
  )
}
