import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Answer, Send, Upload } from '#cache-server/tier/bucket'

/** As many parts as S3 takes. */
const mostParts = 10_000

/**
 * Uploads a file in parts, one after the other: storage takes no more than 5 GiB at once.
 * What was uploaded is given up when a part fails.
 */
export async function putInParts(
  send: Send,
  key: string,
  file: string,
  size: number,
  wantedBytes: number,
): Promise<void> {
  const partBytes = Math.max(wantedBytes, Math.ceil(size / mostParts))
  const begun = await send('POST', key, { query: { uploads: '' } })
  const uploadId = readField(begun, 'UploadId')
  try {
    const etags: string[] = []
    for (let start = 0; start < size; start += partBytes) {
      const part = { file, start, end: Math.min(size, start + partBytes) }
      const upload: Upload = { body: part, size: part.end - part.start, digest: await digestOf(part) }
      const query = { partNumber: String(etags.length + 1), uploadId }
      const { etag } = await send('PUT', key, { query, upload })
      if (etag === undefined) throw new Error(`the bucket gives part ${query.partNumber} of ${key} no ETag`)
      etags.push(etag)
    }
    const finished = await send('POST', key, { query: { uploadId }, upload: listOf(etags) })
    // A failure to join them comes with status 200.
    readField(finished, 'ETag')
  } catch (error) {
    await send('DELETE', key, { query: { uploadId } }).catch(() => {})
    throw error
  }
}

function listOf(etags: readonly string[]): Upload {
  const parts = etags.map((etag, index) => {
    const escaped = etag.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
    return `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escaped}</ETag></Part>`
  })
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
  return { body, size: body.length, digest: createHash('sha256').update(body).digest('hex') }
}

async function digestOf({ file, start, end }: { file: string; start: number; end: number }): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { start, end: end - 1, highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer)
  }
  return hash.digest('hex')
}

function readField({ text }: Answer, field: string): string {
  const value = new RegExp(`<${field}>([^<]+)</${field}>`).exec(text)?.[1]
  if (value === undefined) throw new Error(`the bucket's answer has no ${field}: ${text.slice(0, 200)}`)
  return value.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}
