import { beginEntry, commitEntry, findEntry } from '#cache-server/actions/cache-entries'
import { type ActionsContext, type JobCall, sendJson, ServiceError, textOf } from '#cache-server/actions/context'
import { readBody } from '#cache-server/store/receive-file'
import type { Upload } from '#cache-server/actions/uploads'

const root = '/_apis/artifactcache/'

/** The older cache service, of act, GHES and clients before @actions/cache 4. */
export async function cacheV1(
  context: ActionsContext,
  call: JobCall,
  path: string,
  query: URLSearchParams,
): Promise<number> {
  const { request, response, job, base } = call
  const place = path.slice(path.indexOf(root) + root.length)
  if (place === 'cache' && request.method === 'GET') {
    const keys = (query.get('keys') ?? '').split(',').map((key) => key.trim())
    const found = await findEntry(context, job, keys, query.get('version') ?? '')
    if (found === undefined) {
      response.writeHead(204).end()
      return 0
    }
    return sendJson(response, 200, {
      cacheKey: found.record['key'],
      scope: found.record['scope'],
      cacheVersion: found.record['version'],
      creationTime: new Date(found.createdAt).toISOString(),
      archiveLocation: context.urls.make(base, 'download', `${found.digest}:cache`),
    })
  }
  if (place === 'caches' && request.method === 'POST') {
    const body = JSON.parse(await readBody(request, 65_536)) as Record<string, unknown>
    const upload = await beginEntry(context, job, textOf(body, 'key'), textOf(body, 'version'))
    if (typeof upload === 'string') throw new ServiceError(409, 'already_exists', upload)
    numbers.set(upload.details['id'] ?? '', upload)
    return sendJson(response, 201, { cacheId: Number(upload.details['id']) })
  }
  const id = /^caches\/(\d+)$/.exec(place)?.[1]
  const upload = id === undefined ? undefined : numbers.get(id)
  if (id === undefined || upload === undefined) throw new ServiceError(404, 'not_found', 'no such cache upload')
  if (!job.scopes.some(({ ref, write }) => write && ref === upload.owner))
    throw new ServiceError(403, 'permission_denied', 'cache write denied: the upload belongs to another ref')
  if (request.method === 'PATCH') {
    const range = /^bytes (\d+)-(\d+)\//.exec(request.headers['content-range'] ?? '')
    if (range === null) throw new ServiceError(400, 'invalid_argument', 'a part needs Content-Range: bytes A-B/*')
    await context.uploads.putAt(upload, Number(range[1]), request)
    response.writeHead(204).end()
    return 0
  }
  const { size } = JSON.parse(await readBody(request, 65_536)) as { size?: number }
  await context.uploads.hashWritten(upload)
  const entry = await commitEntry(context, upload, size)
  numbers.delete(id)
  if (entry === undefined) throw new ServiceError(400, 'data_loss', 'the bytes that arrived have another size')
  response.writeHead(204).end()
  return 0
}

/** Uploads by the number that this service knows them by. */
const numbers = new Map<string, Upload>()
