import type { IncomingMessage, ServerResponse } from 'node:http'
import { findArtifact } from '#cache-server/actions/artifacts'
import type { ActionsContext } from '#cache-server/actions/context'
import { UploadRefused } from '#cache-server/actions/uploads'
import { answerBlob } from '#cache-server/serve/answer'
import { attachment } from '#cache-server/serve/headers'
import { readBody } from '#cache-server/store/receive-file'

/** Longest block list: 50,000 ids of 96 characters and their tags. */
const longestList = 8 * 2 ** 20

/**
 * The blob store's side of an upload or download by signed URL, as Azure's SDK
 * speaks it: one PUT, or blocks and a list of them; GET and HEAD with ranges.
 */
export async function blobEndpoint(
  context: ActionsContext,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
): Promise<number> {
  response.setHeader('x-ms-request-id', crypto.randomUUID())
  response.setHeader('x-ms-version', '2026-04-06')
  const upload = context.urls.check(path, query, 'upload')
  if (upload !== undefined && request.method === 'PUT') return receive(context, request, response, upload, query)
  const download = context.urls.check(path, query, 'download')
  if (download !== undefined && (request.method === 'GET' || request.method === 'HEAD')) {
    return send(context, request, response, download)
  }
  return refuse(
    response,
    403,
    'AuthenticationFailed',
    'the URL is not signed by this server for that, or it has expired',
  )
}

async function receive(
  context: ActionsContext,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  query: URLSearchParams,
): Promise<number> {
  const upload = context.uploads.get(id)
  if (upload === undefined) return refuse(response, 404, 'BlobNotFound', 'this upload is over or was given up')
  const type = request.headers['x-ms-blob-content-type']
  if (typeof type === 'string' && /^[\x20-\x7e]{1,255}$/.test(type)) upload.contentType = type
  try {
    const block = query.get('blockid')
    if (query.get('comp') === 'block' && block !== null) {
      await context.uploads.putBlock(upload, block, request)
    } else if (query.get('comp') === 'blocklist') {
      const list = await readBody(request, longestList)
      const ids = [...list.matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]*)<\//g)].map(([, one]) =>
        unescapeXml(one ?? ''),
      )
      await context.uploads.putBlockList(upload, ids)
    } else {
      await context.uploads.putWhole(upload, request)
    }
  } catch (error) {
    if (error instanceof UploadRefused) return refuse(response, error.status, 'ServerBusy', error.message)
    return refuse(response, 400, 'InvalidBlockList', (error as Error).message)
  }
  response.writeHead(201, { 'Content-Length': '0', ETag: `"${id}"` }).end()
  return 0
}

async function send(
  context: ActionsContext,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<number> {
  const [digest = '', kind, repository = '', runId = '', ...name] = id.split(':')
  const size = context.store.blobs.size(digest)
  if (size === undefined) return refuse(response, 404, 'BlobNotFound', 'this blob is gone')
  const artifact = kind === 'artifact' ? findArtifact(context, { repository, runId }, name.join(':')) : undefined
  const type = artifact?.mimeType ?? 'application/octet-stream'
  const file = artifact === undefined ? undefined : type === 'application/zip' ? `${artifact.name}.zip` : artifact.name
  const etag = `"sha256-${digest}"`
  const headers = {
    'Content-Type': type,
    'Accept-Ranges': 'bytes',
    ETag: etag,
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'x-ms-blob-type': 'BlockBlob',
    ...(file === undefined ? {} : { 'Content-Disposition': attachment(file) }),
  }
  return answerBlob(
    context.store,
    { request, response },
    { digest, size, headers, validators: { etag, lastModified: undefined } },
  )
}

function refuse(response: ServerResponse, status: number, code: string, message: string): number {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message.replaceAll(/[<>&]/g, ' ')}</Message></Error>`
  response.writeHead(status, {
    'Content-Type': 'application/xml',
    'x-ms-error-code': code,
    'Content-Length': String(Buffer.byteLength(body)),
  })
  response.end(body)
  return body.length
}

function unescapeXml(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
