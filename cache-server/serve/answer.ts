import type { IncomingMessage, ServerResponse } from 'node:http'
import { randomBytes } from 'node:crypto'
import type { Flight, FlightOutcome } from '#cache-server/flight/flight'
import type { CacheStatus, Found } from '#cache-server/flight/fetcher'
import { isNotModified, rangeApplies, type Validators } from '#cache-server/serve/conditions'
import { etagOf, flightHeaders, resourceHeaders } from '#cache-server/serve/headers'
import { createOutlet, type Outlet } from '#cache-server/serve/outlet'
import { type ByteRange, parseRange } from '#cache-server/serve/range'
import { sendBlobRange } from '#cache-server/serve/send-blob'
import { sendGrowingRange } from '#cache-server/serve/send-growing'
import type { Resource } from '#cache-server/store/resource'
import type { Store } from '#cache-server/store/store'

/** One client's request, and what is counted of its answer. */
export interface Client {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly filename: string | undefined
  /** The sha256 that the client asked for: the last byte waits until it is proved. */
  readonly expected: string | undefined
  readonly now: number
  /** The proxy in front sends kept files itself, from this location of its own. */
  readonly accelPrefix?: string | undefined
}

/** Answers with a kept resource; gives the bytes really sent. */
export function answerResource(store: Store, client: Client, resource: Resource, status: CacheStatus): Promise<number> {
  const headers = resourceHeaders(resource, status, client.now, client.filename)
  const validators = { etag: etagOf(resource), lastModified: resource.lastModified }
  const handedOver = handOver(client, resource, headers, validators)
  if (handedOver !== undefined) return Promise.resolve(handedOver)
  return answerBlob(store, client, { digest: resource.digest ?? '', size: resource.size, headers, validators })
}

/**
 * Leaves the sending of a whole kept file, and of its ranges, to the proxy; what
 * needs the validators of upstream is answered here.
 *
 * @returns the bytes that the proxy is taken to send
 */
function handOver(
  { request, response, accelPrefix }: Client,
  { digest, size }: Resource,
  headers: Record<string, string>,
  validators: Validators,
): number | undefined {
  if (accelPrefix === undefined || digest === undefined || request.method !== 'GET' || size === 0) return undefined
  if (request.headers['if-range'] !== undefined || isNotModified(request.headers, validators)) return undefined
  const location = `${accelPrefix}${digest.slice(0, 2)}/${digest}`
  response.writeHead(200, { ...headers, 'X-Accel-Redirect': location, 'Content-Length': '0' }).end()
  return size
}

/** A whole content to send. */
export interface Content {
  readonly digest: string
  readonly size: number
  readonly headers: Record<string, string>
  readonly validators: Validators
}

/** Answers with a kept content: conditions, ranges, HEAD; gives the bytes really sent. */
export async function answerBlob(
  store: Store,
  { request, response }: Pick<Client, 'request' | 'response'>,
  { digest, size, headers, validators }: Content,
): Promise<number> {
  if (isNotModified(request.headers, validators)) {
    response.writeHead(304, without(headers, 'Content-Type')).end()
    return 0
  }
  const wanted = request.headers.range ?? request.headers['x-ms-range']?.toString()
  const ranges = rangeApplies(request.headers, validators) ? parseRange(wanted, size) : undefined
  if (ranges?.length === 0) {
    response.writeHead(416, { ...headers, 'Content-Range': `bytes */${size}`, 'Content-Length': '0' }).end()
    return 0
  }
  if (request.method === 'HEAD' || size === 0) {
    response.writeHead(200, { ...headers, 'Content-Length': String(size) }).end()
    return 0
  }
  const blob = await store.blobs.open(digest)
  const outlet = createOutlet(response)
  try {
    const parts = ranges ?? [{ first: 0, last: size - 1 }]
    const send = (range: ByteRange): Promise<boolean> => sendBlobRange(blob, range, outlet)
    await sendParts(response, headers, { parts, ranged: ranges !== undefined, size }, send, outlet)
  } finally {
    blob.close()
  }
  return outlet.sent()
}

interface Parts {
  readonly parts: readonly ByteRange[]
  readonly ranged: boolean
  readonly size: number
}

async function sendParts(
  response: ServerResponse,
  headers: Record<string, string>,
  { parts, ranged, size }: Parts,
  send: (range: ByteRange) => Promise<boolean>,
  outlet: Outlet,
): Promise<void> {
  const [first] = parts
  if (parts.length > 1) {
    await sendMultipart(response, headers, { parts, ranged, size }, send, outlet)
    return
  }
  if (first === undefined) return
  response.writeHead(ranged ? 206 : 200, {
    ...headers,
    'Content-Length': String(first.last - first.first + 1),
    ...(ranged ? { 'Content-Range': `bytes ${first.first}-${first.last}/${size}` } : {}),
  })
  if (await send(first)) response.end()
  else response.destroy()
}

async function sendMultipart(
  response: ServerResponse,
  headers: Record<string, string>,
  { parts, size }: Parts,
  send: (range: ByteRange) => Promise<boolean>,
  outlet: Outlet,
): Promise<void> {
  const boundary = randomBytes(16).toString('hex')
  const type = headers['Content-Type'] ?? 'application/octet-stream'
  const heads = parts.map(
    ({ first, last }) =>
      `\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: bytes ${first}-${last}/${size}\r\n\r\n`,
  )
  const tail = `\r\n--${boundary}--\r\n`
  const length = parts.reduce(
    (sum, { first, last }, index) => sum + last - first + 1 + Buffer.byteLength(heads[index] ?? ''),
    tail.length,
  )
  response.writeHead(206, {
    ...headers,
    'Content-Type': `multipart/byteranges; boundary=${boundary}`,
    'Content-Length': String(length),
  })
  for (const [index, part] of parts.entries()) {
    if (!(await outlet.write(Buffer.from(heads[index] ?? ''))) || !(await send(part))) {
      response.destroy()
      return
    }
  }
  response.end(tail)
}

/** Answers from a download that runs; gives the bytes really sent. */
export async function answerFlight(
  store: Store,
  client: Client,
  found: Found,
  flight: Flight,
  outcome: FlightOutcome & { readonly kind: 'body' },
): Promise<number> {
  const { request, response } = client
  const { head, body } = outcome
  const headers = flightHeaders(head, found, client.filename)
  const { length } = head
  const applies = length !== undefined && rangeApplies(request.headers, head)
  const ranges = applies ? parseRange(request.headers.range, length) : undefined
  if (ranges?.length === 0) {
    response.writeHead(416, { ...headers, 'Content-Range': `bytes */${length}`, 'Content-Length': '0' }).end()
    return 0
  }
  const [only] = ranges ?? []
  const range = ranges?.length === 1 && only !== undefined ? only : undefined
  const whole: ByteRange = { first: 0, last: length === undefined ? Number.MAX_SAFE_INTEGER : length - 1 }
  const wanted = range ?? whole
  const fixed = length === undefined ? {} : { 'Content-Length': String(wanted.last - wanted.first + 1) }
  const ranged = range === undefined ? {} : { 'Content-Range': `bytes ${range.first}-${range.last}/${length}` }
  response.writeHead(range === undefined ? 200 : 206, { ...headers, ...fixed, ...ranged })
  if (request.method === 'HEAD' || length === 0) {
    response.end()
    return 0
  }
  // With bytes in memory the head leaves with them; the disk may take its time.
  if (body.recent(wanted.first) === undefined) response.flushHeaders()
  const outlet = createOutlet(response)
  const expected = client.expected ?? flight.expected
  const held = expected === undefined || length === undefined ? 0 : 1
  let sound = await sendGrowingRange(body, { ...wanted, last: wanted.last - held }, outlet, store.pool)
  if (sound && expected !== undefined) {
    await flight.digested
    sound = flight.digest === expected
    if (sound && held > 0) {
      sound = await sendGrowingRange(body, { first: wanted.last, last: wanted.last }, outlet, store.pool)
    }
  }
  if (sound) response.end()
  else response.destroy()
  return outlet.sent()
}

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))
}
