import type { ServerContext } from '#cache-server/api/context'
import { nameResource, type ResourceName } from '#cache-server/flight/resource-name'
import type { Resource } from '#cache-server/store/resource'

/** The digest that a file has to have, or why it cannot be known. */
export type Promised = { readonly sha256: string } | { readonly status: number; readonly message: string }

/** A list is asked about again after so long, whatever its headers say. */
const listLifeMs = 3_600_000

/** A list of digests is small; a larger file is none. */
const largestBytes = 16 * 2 ** 20

/**
 * Looks up what the checksum file beside a resource says of it. That file is
 * fetched through the cache as a mutable one, so that a new release and its new
 * list are seen together.
 *
 * @param file its name in the same folder, e.g. `SHA256SUMS`
 */
export async function promisedDigest(
  context: ServerContext,
  name: ResourceName,
  file: string,
  clientAuthorization: string | undefined,
): Promise<Promised> {
  const beside = new URL(file, name.target)
  const listed = nameResource(beside.href, clientAuthorization, context.upstream.rules, context.urlRules)
  if (typeof listed === 'string') return { status: 400, message: listed }
  const mutable = { ...listed, rule: { ...listed.rule, freshness: 'mutable' as const, checksums: undefined } }
  const known = { ...mutable, authorization: mutable.authorization ?? name.authorization }
  const resource = await fetchWhole(context, known)
  if ('message' in resource && resource.status !== 200)
    return { status: 502, message: `${file} beside it: ${resource.message ?? 'not there'}` }
  const { digest, size } = resource as Resource
  if (digest === undefined || size > largestBytes) return { status: 502, message: `${file} beside it is no list` }
  const text = (await context.store.blobs.read(digest)).toString('utf8')
  const wanted = decodeURIComponent(name.target.pathname.split('/').at(-1) ?? '')
  const sha256 = readChecksums(text).get(wanted)
  return sha256 === undefined ? { status: 502, message: `${file} does not list ${wanted}` } : { sha256 }
}

type Failure = Pick<Resource, 'status' | 'message'>

async function fetchWhole(context: ServerContext, name: ResourceName): Promise<Resource | Failure> {
  const ttl = name.rule.ttlSeconds ?? context.settings.defaultTtlSeconds
  const kept = context.store.resources.get(name.key)
  // Somebody may have fetched the list before as a file like any other, which is not asked about again.
  const refresh = kept !== undefined && kept.validatedAt + listLifeMs < context.now()
  const found = context.fetcher.find(name, { ttl, authorization: undefined, expected: undefined, refresh })
  if (found.kind === 'resource') return found.resource
  const outcome = await found.flight.ready
  if (outcome.kind === 'unchanged') return outcome.resource
  const resource = outcome.kind === 'failed' ? undefined : await found.flight.done
  return resource ?? found.previous ?? (outcome as Failure)
}

/**
 * Reads the output of `sha256sum`, with or without `--tag`: file names to
 * digests. Lines that are neither, such as a signature around the list, are
 * passed over; of two different digests for one name neither is believed.
 */
export function readChecksums(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const doubtful = new Set<string>()
  for (const line of text.split(/\r?\n/)) {
    const plain = /^([0-9a-fA-F]{64}) [ *](.+)$/.exec(line)
    const tagged = /^SHA256 ?\((.+)\) ?= ?([0-9a-fA-F]{64})$/.exec(line)
    const [name, digest] = plain === null ? [tagged?.[1], tagged?.[2]] : [plain[2], plain[1]]
    if (name === undefined || digest === undefined) continue
    const key = name.replace(/^\.\//, '')
    const lower = digest.toLowerCase()
    if (found.has(key) && found.get(key) !== lower) doubtful.add(key)
    found.set(key, lower)
  }
  for (const name of doubtful) found.delete(name)
  return found
}
