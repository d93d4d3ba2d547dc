import { createHash } from 'node:crypto'

/** What an artifact of a run holds. */
export type ArtifactKind = 'plan' | 'source' | 'build' | 'records' | 'run' | 'report'

export interface ArtifactName {
  readonly scope: string
  readonly kind: ArtifactKind
  /** Id of the plan's cell; `all` for a plan, a source and a report. */
  readonly id: string
  readonly attempt: number
}

/** An id becomes the name of a folder, so none begins with a dot, as `..` would. */
const pattern = /^(.+)\.(plan|source|build|records|run|report)\.([^./\\][^/\\]*)\.a(\d+)$/

/**
 * The artifact's name. Names are immutable within a run, also over its re-runs,
 * so the attempt is part of it; `scope` keeps two plans of one run apart.
 */
export function formatArtifactName({ scope, kind, id, attempt }: ArtifactName): string {
  return `${safe(scope)}.${kind}.${safeId(id)}.a${attempt}`
}

/** Reads a name back; `undefined` for an artifact that is none of ours. */
export function parseArtifactName(name: string): ArtifactName | undefined {
  const match = pattern.exec(name)
  if (match === null) return undefined
  const [, scope = '', kind = '', id = '', attempt = ''] = match
  return { scope, kind: kind as ArtifactKind, id, attempt: Number(attempt) }
}

/**
 * The newest attempt of each id: a re-run of failed jobs adds artifacts beside
 * the first attempt's, and the results of both belong together.
 */
export function newestArtifacts(
  names: readonly string[],
  scope: string,
  kind: ArtifactKind,
): ReadonlyMap<string, string> {
  const newest = new Map<string, { attempt: number; name: string }>()
  for (const name of names) {
    const parsed = parseArtifactName(name)
    if (parsed === undefined || parsed.scope !== safe(scope) || parsed.kind !== kind) continue
    if ((newest.get(parsed.id)?.attempt ?? 0) < parsed.attempt) {
      newest.set(parsed.id, { attempt: parsed.attempt, name })
    }
  }
  return new Map([...newest].map(([id, { name }]) => [id, name]))
}

/** The name of one id's newest artifact. */
export function newestArtifact(
  names: readonly string[],
  scope: string,
  kind: ArtifactKind,
  id: string,
): string | undefined {
  return newestArtifacts(names, scope, kind).get(safeId(id))
}

/** So that two of them with kind and attempt stay under the 256 characters of a name that the service takes. */
const longest = 110

/**
 * GitHub allows no `" : < > | * ? \ /` and no newline in a name. What is too long,
 * as a scope of a branch's name can be, ends with a digest of the whole.
 */
function safe(text: string): string {
  const name = text.replaceAll(/[^A-Za-z0-9._+@=-]/g, '_')
  if (name.length <= longest) return name
  return `${name.slice(0, longest - 13)}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
}

function safeId(text: string): string {
  return safe(text).replace(/^\./, '_')
}
