import { type Call, sendText, type ServerContext } from '#cache-server/api/context'

/** A store of objects of its own, e.g. one for main and one for pull requests. */
export interface NamespaceSettings {
  readonly name: string
  /** Bytes; 0 is no limit of its own. */
  readonly quota: number
  /** Bytes of one object. */
  readonly largest: number
  /** What may be done without a token. */
  readonly anonymous: 'none' | 'read' | 'write'
}

/** Answers a request that may not be; undefined when it may. */
export function checkAccess(
  context: ServerContext,
  call: Call,
  { name, anonymous }: NamespaceSettings,
  writing: boolean,
): number | undefined {
  const bearer = context.tokens.bearerOf(call.request)
  if (bearer === 'limited') return sendText(call, 429, 'this token asks too often\n', { 'Retry-After': '1' })
  if (bearer === undefined) return sendText(call, 401, 'this token is not known\n')
  const open = anonymous === 'write' || (anonymous === 'read' && !writing)
  const scope = writing ? 'write' : 'read'
  if (open || bearer.may(scope, name) || (!writing && bearer.may('write', name))) return undefined
  if (bearer.name === 'anonymous') {
    return sendText(call, 401, `namespace ${name} needs a token with scope ${scope}\n`, {
      'WWW-Authenticate': 'Bearer',
    })
  }
  return sendText(call, 403, `token ${bearer.name} may not ${scope} namespace ${name}\n`)
}
