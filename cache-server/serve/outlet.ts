import type { ServerResponse } from 'node:http'

/** Writes to one client at the client's pace, one piece at a time. */
export interface Outlet {
  /** Resolves with true when the bytes left for the socket, false when the client is gone. */
  readonly write: (buffer: Buffer) => Promise<boolean>
  /** The same for bytes that follow each other, in one go. */
  readonly writeAll: (buffers: readonly Buffer[]) => Promise<boolean>
  readonly gone: () => boolean
  /** Bytes handed to the socket and taken by it. */
  readonly sent: () => number
}

export function createOutlet(response: ServerResponse): Outlet {
  let sent = 0
  let pending: ((alive: boolean) => void) | undefined
  let gone = response.destroyed
  response.once('close', () => {
    gone = true
    pending?.(false)
  })
  const write = (buffer: Buffer): Promise<boolean> => {
    if (gone) return Promise.resolve(false)
    return new Promise<boolean>((resolve) => {
      pending = resolve
      response.write(buffer, (error) => {
        pending = undefined
        const alive = error === null || error === undefined
        if (alive) sent += buffer.length
        resolve(alive)
      })
    })
  }
  return {
    write,
    writeAll: async (buffers) => {
      const [last] = buffers.slice(-1)
      if (last === undefined) return !gone
      if (gone || buffers.length === 1) return write(last)
      response.cork()
      for (const buffer of buffers.slice(0, -1)) {
        response.write(buffer, (error) => {
          if (error === null || error === undefined) sent += buffer.length
        })
      }
      const written = write(last)
      response.uncork()
      return written
    },
    gone: () => gone,
    sent: () => sent,
  }
}
