/** A message of the guest's runner; rootfs/runner describes the protocol. */
export interface Frame {
  /** Counts from 1 without gaps. */
  readonly number: number
  readonly kind: string
  readonly words: readonly string[]
}

/** What a line of the port or the console holds. */
export type PortLine =
  | { readonly type: 'frame'; readonly before: string; readonly frame: Frame }
  /** A frame that lost or gained bytes on the way. */
  | { readonly type: 'damaged'; readonly before: string; readonly number: number }
  | { readonly type: 'text'; readonly text: string }

/**
 * Makes a reader of lines for one session. The session's random name begins each
 * frame, so that nothing a test prints is taken for one.
 */
export function frameReader(session: string): (line: string) => PortLine {
  const mark = `@${session} `
  return (line) => {
    const at = line.indexOf(mark)
    if (at < 0) return { type: 'text', text: line }
    const before = line.slice(0, at)
    const parts = /^(\d{1,9}) (\d{1,6}) (.*)$/.exec(line.slice(at + mark.length))
    if (parts === null) return { type: 'damaged', before, number: 0 }
    const [, number = '', length = '', body = ''] = parts
    if (Number(length) !== body.length) return { type: 'damaged', before, number: Number(number) }
    const [kind = '', ...words] = body.split(' ')
    return { type: 'frame', before, frame: { number: Number(number), kind, words } }
  }
}

/** Characters of base64 in one order, so that a line stays below what a terminal in line mode takes. */
const chunkLength = 3000

/** An order as the runner reads it: its length guards against lost bytes. */
export function encodeOrder(order: string): string {
  return `${order.length}:${order}\n`
}

/** The orders that hand over a script, then run it. */
export function runOrders(id: number, script: string, seconds: number): readonly string[] {
  const encoded = Buffer.from(script).toString('base64')
  const orders: string[] = []
  for (let at = 0; at < encoded.length; at += chunkLength) orders.push(`put ${encoded.slice(at, at + chunkLength)}`)
  return [...orders, `run ${id} ${Math.ceil(seconds)}`]
}
