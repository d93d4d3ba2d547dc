import { randomBytes } from 'node:crypto'
import { createSocket, type RemoteInfo } from 'node:dgram'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wholeBlock } from '#lab/tftp/send-file'
import { startTftpServer, type TftpEvent } from '#lab/tftp/tftp-server'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-tftp-'))))
afterAll(() => rm(folder, { recursive: true }))

interface ClientOptions {
  readonly options?: Readonly<Record<string, string>>
  /** Loses a datagram that arrives when it says so. */
  readonly lose?: (index: number) => boolean
  /** Stops acknowledging after this many data blocks. */
  readonly stopAfter?: number
}

/** A plain client of the RFCs, written apart from the server. */
async function get(port: number, name: string, { options = {}, lose, stopAfter }: ClientOptions = {}): Promise<Buffer> {
  const socket = createSocket('udp4')
  const blockSize = Number(options['blksize'] ?? 512)
  const window = Number(options['windowsize'] ?? 1)
  const words = [name, 'octet', ...Object.entries(options).flat()].map((word) => `${word}\0`).join('')
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const received: Buffer[] = []
  let index = 0
  const acknowledge = (from: RemoteInfo): void => {
    const block = received.length & 0xffff
    socket.send(Buffer.of(0, 4, block >> 8, block & 255), from.port, from.address)
  }
  socket.on('message', (packet, from) => {
    if (lose?.(index++) === true) return
    const kind = packet.readUInt16BE(0)
    if (kind === 5) reject(new Error(packet.subarray(4, -1).toString()))
    if (kind === 6) acknowledge(from)
    if (kind !== 3 || (stopAfter !== undefined && received.length >= stopAfter)) return
    if (packet.readUInt16BE(2) !== ((received.length + 1) & 0xffff)) return acknowledge(from)
    const data = packet.subarray(4)
    received.push(Buffer.from(data))
    if (data.length < blockSize || received.length % window === 0) acknowledge(from)
    if (data.length < blockSize) resolve(Buffer.concat(received))
  })
  socket.send(Buffer.concat([Buffer.of(0, 1), Buffer.from(words)]), port, '127.0.0.1')
  return promise.finally(() => socket.close())
}

async function serve(size: number, events: TftpEvent[] = []) {
  const content = randomBytes(size)
  const path = join(folder, `file-${size}`)
  await writeFile(path, content)
  const onEvent = (event: TftpEvent): void => void events.push(event)
  const server = await startTftpServer({ host: '127.0.0.1', port: 0, files: new Map([['a/Image', path]]), onEvent })
  return { content, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

test.each([
  ['empty', 0, {}],
  ['shorter than a block', 100, {}],
  ['exactly two blocks', 1024, {}],
  ['large blocks', 1_000_000, { blksize: '1468', tsize: '0' }],
  ['windows', 1_000_001, { blksize: '1468', windowsize: '8' }],
])('a file arrives whole: %s', async (_, size, options) => {
  await using served = await serve(size)
  const { content, server } = served
  expect((await get(server.port, 'a/Image', { options })).equals(content)).toBe(true)
})

test('acknowledgements of 16 bits mean the right block beyond 65535', () => {
  const window = fc.record({ done: fc.nat(1 << 20), size: fc.integer({ min: 1, max: 64 }), at: fc.nat(63) })
  fc.assert(
    fc.property(window, ({ done, size, at }) => {
      const to = done + size
      const acknowledged = done + 1 + (at % size)
      expect(wholeBlock(done, to, acknowledged & 0xffff)).toBe(acknowledged)
      expect(wholeBlock(done, to, done & 0xffff)).toBeUndefined()
    }),
  )
})

test('lost datagrams are sent again', async () => {
  await using served = await serve(20_000)
  const { content, server } = served
  const options = { timeout: '1', windowsize: '4' }
  const got = await get(server.port, 'a/Image', { options, lose: (index) => index === 0 || index === 7 })
  expect(got.equals(content)).toBe(true)
})

test.each(['../file-100', '/etc/passwd', 'a/../a/Image', 'a//Image', ''])('%j cannot be reached', async (name) => {
  const events: TftpEvent[] = []
  await using served = await serve(100, events)
  const { server } = served
  await expect(get(server.port, name)).rejects.toThrow('File not found')
  expect(events.map(({ kind }) => kind)).toEqual(['missing'])
})

test('writing is refused', async () => {
  await using served = await serve(10)
  const { server } = served
  const socket = createSocket('udp4')
  const answered = new Promise<Buffer>((resolve) => socket.once('message', resolve))
  socket.send(Buffer.from('\0\u0002a/Image\0octet\0', 'latin1'), server.port, '127.0.0.1')
  expect((await answered).readUInt16BE(2)).toBe(2)
  socket.close()
})

test('stopping the server ends a transfer at once and says so', async () => {
  const events: TftpEvent[] = []
  const { server } = await serve(100_000, events)
  const client = get(server.port, 'a/Image', { stopAfter: 2 })
  client.catch(() => {})
  while (!events.some(({ bytes }) => bytes >= 1024)) await sleep(5)
  const started = performance.now()
  await server[Symbol.asyncDispose]()
  expect(performance.now() - started).toBeLessThan(500)
  expect(events.at(-1)?.kind).toBe('broken')
  await expect(client).rejects.toThrow('the server stops')
})

test('an address that is taken is named', async () => {
  await using served = await serve(10)
  const { server } = served
  const again = startTftpServer({ host: '127.0.0.1', port: server.port, files: new Map() })
  await expect(again).rejects.toThrow(`network: TFTP cannot listen on 127.0.0.1:${server.port}`)
})
