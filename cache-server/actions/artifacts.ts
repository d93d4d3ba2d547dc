import { type ActionsContext, newId, ServiceError } from '#cache-server/actions/context'
import type { StoredObject } from '#cache-server/store/objects'
import type { Upload } from '#cache-server/actions/uploads'

/** Where the artifacts of a run are. */
export interface RunName {
  /** `owner/name`. */
  readonly repository: string
  readonly runId: string
}

function namespaceOf({ repository, runId }: RunName): string {
  return `artifact:${repository}:${runId}`
}

/** An artifact as the services tell of it. */
export interface Artifact {
  readonly id: string
  readonly name: string
  readonly size: number
  readonly createdAt: number
  readonly expiresAt: number
  readonly digest: string
  readonly jobId: string
  readonly mimeType: string
}

function toArtifact({ record, size, createdAt, digest }: StoredObject): Artifact {
  const text = (field: string): string => (typeof record[field] === 'string' ? record[field] : '')
  return {
    id: text('id'),
    name: text('name'),
    size,
    createdAt,
    expiresAt: Number(record['expiresAt']),
    digest,
    jobId: text('jobId'),
    mimeType: text('mimeType') || 'application/zip',
  }
}

/** Learns of the artifacts that jobs of the run gave to other servers of the same bucket. */
export async function learnArtifacts({ shared }: ActionsContext, run: RunName): Promise<void> {
  await shared?.learn(namespaceOf(run), '')
}

/** The artifacts of a run, newest first. */
export function listArtifacts(context: ActionsContext, run: RunName): readonly Artifact[] {
  return context.store.objects
    .list(namespaceOf(run))
    .map(toArtifact)
    .filter(({ expiresAt }) => expiresAt > context.now())
}

export function findArtifact(context: ActionsContext, run: RunName, name: string): Artifact | undefined {
  return listArtifacts(context, run).find((artifact) => artifact.name === name)
}

/** Begins an artifact; its name must be one that any file system takes. */
export function beginArtifact(
  context: ActionsContext,
  run: RunName,
  wanted: {
    readonly name: string
    readonly jobId: string
    readonly mimeType: string | undefined
    readonly expiresAt: number | undefined
  },
): Promise<Upload> {
  if (/[\u0000-\u001f"<>|*?:\\/]/.test(wanted.name) || wanted.name === '.' || wanted.name === '..') {
    throw new ServiceError(400, 'invalid_argument', 'the artifact name has a character that file names may not have')
  }
  if (findArtifact(context, run, wanted.name) !== undefined) {
    throw new ServiceError(409, 'already_exists', 'an artifact with this name already exists on the workflow run')
  }
  const now = context.now()
  const latest = now + context.artifactDays * 86_400_000
  const details = {
    id: newId(now),
    name: wanted.name,
    jobId: wanted.jobId,
    mimeType: wanted.mimeType ?? '',
    expiresAt: String(Math.min(wanted.expiresAt ?? latest, latest)),
  }
  return context.uploads.begin({ namespace: namespaceOf(run), name: wanted.name, owner: wanted.jobId, details })
}

/**
 * Makes an artifact permanent; asking again gives the same id.
 *
 * @throws ServiceError when size or digest are not those that were sent
 */
export async function finishArtifact(
  context: ActionsContext,
  run: RunName,
  name: string,
  size: number | undefined,
  digest: string | undefined,
): Promise<string> {
  const namespace = namespaceOf(run)
  const upload = context.uploads.under(namespace, name)
  if (upload === undefined) {
    const kept = findArtifact(context, run, name)
    if (kept === undefined) throw new ServiceError(404, 'not_found', `no artifact ${name} is being uploaded`)
    return kept.id
  }
  const { whole } = upload
  if (whole === undefined) throw new ServiceError(400, 'failed_precondition', 'the upload is not complete')
  if ((size !== undefined && size !== whole.size) || (digest !== undefined && digest !== whole.digest)) {
    await context.uploads.drop(upload)
    throw new ServiceError(400, 'data_loss', 'the bytes that arrived have another size or digest than the client says')
  }
  await context.uploads.commit(upload)
  const now = context.now()
  const mimeType = upload.details['mimeType'] || upload.contentType || ''
  const record = { ...upload.details, mimeType }
  const { digest: stored, size: bytes } = whole
  const times = { createdAt: now, lastUsage: now }
  const object = { namespace, name, digest: stored, size: bytes, ...times, owner: upload.owner, record }
  await context.store.objects.put(object, true)
  context.shared?.store(object)
  return upload.details['id'] ?? ''
}

export async function deleteArtifact(context: ActionsContext, run: RunName, name: string): Promise<string | undefined> {
  const artifact = findArtifact(context, run, name)
  if (artifact === undefined) return undefined
  const digest = context.store.objects.remove(namespaceOf(run), name)
  await context.shared?.forget(namespaceOf(run), name)
  if (digest !== undefined) context.store.collect(digest)
  return artifact.id
}

/** The signed URL of an artifact's bytes; the name and the type travel in its id. */
export function artifactUrl(context: ActionsContext, base: string, run: RunName, artifact: Artifact): string {
  return context.urls.make(
    base,
    'download',
    `${artifact.digest}:artifact:${run.repository}:${run.runId}:${artifact.name}`,
  )
}
