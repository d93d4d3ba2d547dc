import { type ActionsContext, newId, ServiceError } from '#cache-server/actions/context'
import type { JobIdentity } from '#cache-server/actions/token'
import type { Upload } from '#cache-server/actions/uploads'
import type { StoredObject } from '#cache-server/store/objects'

/** As many as GitHub's service takes. */
const mostKeys = 10

export function cacheNamespace(job: JobIdentity): string {
  return `actions-cache:${job.repository}`
}

/** The name of an entry: a scope and a version have their own keys. */
function entryName(scope: string, version: string, key: string): string {
  return `${scope}\n${version}\n${key}`
}

/**
 * Finds the entry that a job restores: in each ref that it may read, the first
 * key that fits exactly, then as a prefix, the newest first.
 *
 * @throws ServiceError when the job may read nothing
 */
export async function findEntry(
  context: ActionsContext,
  job: JobIdentity,
  keys: readonly string[],
  version: string,
): Promise<StoredObject | undefined> {
  for (const key of keys) checkKey(key)
  if (keys.length > mostKeys) throw new ServiceError(400, 'invalid_argument', `more than ${mostKeys} keys`)
  const readable = job.scopes.filter(({ read }) => read)
  if (readable.length === 0)
    throw new ServiceError(403, 'permission_denied', 'cache read denied: the token may read no ref')
  const namespace = cacheNamespace(job)
  for (const { ref } of readable) {
    for (const key of keys) {
      const name = entryName(ref, version, key)
      await context.shared?.learn(namespace, name)
      const found = context.store.objects.get(namespace, name) ?? context.store.objects.startingWith(namespace, name)[0]
      if (found === undefined || !(await bring(context, found))) continue
      context.store.objects.touch(namespace, found.name, context.now())
      return found
    }
  }
  return undefined
}

/** Makes sure that an entry's bytes are here: a client waits some seconds for them, but minutes for their URL. */
async function bring({ store, shared }: ActionsContext, found: StoredObject): Promise<boolean> {
  if (store.blobs.size(found.digest) !== undefined || (await shared?.pull(found)) === true) return true
  store.objects.remove(found.namespace, found.name)
  return false
}

/** Begins a new entry in the ref that the job may write; a sentence when it may not or it exists. */
export async function beginEntry(
  context: ActionsContext,
  job: JobIdentity,
  key: string,
  version: string,
): Promise<Upload | string> {
  checkKey(key)
  const scope = job.scopes.find(({ write }) => write)
  if (scope === undefined) return 'cache write denied: the token may write no ref'
  const namespace = cacheNamespace(job)
  const name = entryName(scope.ref, version, key)
  await context.shared?.find(namespace, name)
  if (context.store.objects.get(namespace, name) !== undefined) return `an entry with key ${key} exists`
  if (context.uploads.under(namespace, name) !== undefined) return `an entry with key ${key} is being uploaded`
  const details = { scope: scope.ref, version, key, id: newId(context.now()) }
  return context.uploads.begin({ namespace, name, owner: scope.ref, details })
}

/** The id of the entry once it is permanent; asking again gives the same. */
export async function finishEntry(
  context: ActionsContext,
  job: JobIdentity,
  key: string,
  version: string,
  size: number | undefined,
): Promise<string | undefined> {
  const namespace = cacheNamespace(job)
  const scope = job.scopes.find(({ write }) => write)
  if (scope === undefined) return undefined
  const name = entryName(scope.ref, version, key)
  const upload = context.uploads.under(namespace, name)
  if (upload === undefined) {
    const kept = context.store.objects.get(namespace, name)
    return kept !== undefined && (size === undefined || kept.size === size) ? String(kept.record['id']) : undefined
  }
  return commitEntry(context, upload, size)
}

/** Makes an uploaded entry permanent, and room for it in the repository's quota. */
export async function commitEntry(
  context: ActionsContext,
  upload: Upload,
  size: number | undefined,
): Promise<string | undefined> {
  if (upload.whole === undefined || (size !== undefined && upload.whole.size !== size)) return undefined
  const { digest, size: stored } = await context.uploads.commit(upload)
  const { namespace, name, owner, details } = upload
  const now = context.now()
  const object = { namespace, name, digest, size: stored, createdAt: now, lastUsage: now, owner, record: details }
  await context.store.objects.put(object, true)
  context.shared?.store(object)
  makeRoom(context, namespace, name)
  return details['id']
}

/** Removes the least recently used entries of a repository above its quota. */
function makeRoom(context: ActionsContext, namespace: string, justWritten: string): void {
  const { objects } = context.store
  objects.flush()
  while (context.cacheQuota > 0 && objects.used(namespace) > context.cacheQuota) {
    const victim = objects.oldest(namespace, 2).find(({ name }) => name !== justWritten)
    if (victim === undefined) return
    objects.remove(namespace, victim.name)
    context.store.collect(victim.digest)
  }
}

function checkKey(key: string): void {
  if (key.length === 0 || key.length > 512 || key.includes(',') || key.includes('\n')) {
    throw new ServiceError(400, 'invalid_argument', 'a key has 1 to 512 characters and no comma')
  }
}
