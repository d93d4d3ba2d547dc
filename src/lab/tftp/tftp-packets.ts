/** Opcodes of RFC 1350 and RFC 2347. */
const opcode = { readRequest: 1, writeRequest: 2, data: 3, acknowledge: 4, error: 5, optionAck: 6 } as const

/** Error codes of RFC 1350 and RFC 2347. */
export const tftpError = { undefined: 0, notFound: 1, access: 2, illegal: 4, unknownPeer: 5, options: 8 } as const

/** A packet that a server can get. */
export type TftpPacket =
  | { readonly kind: 'read'; readonly name: string; readonly mode: string; readonly options: TftpOptions }
  | { readonly kind: 'write'; readonly name: string }
  | { readonly kind: 'acknowledge'; readonly block: number }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }

/** Options by lower-case name. */
export type TftpOptions = ReadonlyMap<string, string>

/** Reads a packet; `undefined` for anything malformed or not meant for a server. */
export function parseTftpPacket(packet: Uint8Array): TftpPacket | undefined {
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.length)
  if (bytes.length < 4) return undefined
  switch (bytes.readUInt16BE(0)) {
    case opcode.readRequest:
      return parseRequest(bytes)
    case opcode.writeRequest: {
      const request = parseRequest(bytes)
      return request === undefined ? undefined : { kind: 'write', name: request.name }
    }
    case opcode.acknowledge:
      return { kind: 'acknowledge', block: bytes.readUInt16BE(2) }
    case opcode.error:
      return {
        kind: 'error',
        code: bytes.readUInt16BE(2),
        message: bytes.subarray(4).toString('latin1').replace(/\0.*$/s, ''),
      }
    default:
      return undefined
  }
}

function parseRequest(bytes: Buffer): Extract<TftpPacket, { kind: 'read' }> | undefined {
  if (bytes.at(-1) !== 0) return undefined
  const [name, mode, ...rest] = bytes.subarray(2, -1).toString('latin1').split('\0')
  if (name === undefined || mode === undefined || rest.length % 2 !== 0) return undefined
  const options = new Map<string, string>()
  for (let i = 0; i < rest.length; i += 2) options.set((rest[i] ?? '').toLowerCase(), rest[i + 1] ?? '')
  return { kind: 'read', name, mode: mode.toLowerCase(), options }
}

export function dataPacket(block: number, data: Uint8Array): Buffer {
  return Buffer.concat([header(opcode.data, block), data])
}

export function errorPacket(code: number, message: string): Buffer {
  return Buffer.concat([header(opcode.error, code), Buffer.from(`${message}\0`, 'latin1')])
}

export function optionAckPacket(options: TftpOptions): Buffer {
  const words = [...options].map(([name, value]) => `${name}\0${value}\0`).join('')
  return Buffer.concat([Buffer.of(0, opcode.optionAck), Buffer.from(words, 'latin1')])
}

function header(code: number, field: number): Buffer {
  return Buffer.of(0, code, (field >> 8) & 0xff, field & 0xff)
}
