import type { ServerResponse } from 'node:http'

/** Writes to one client at the client's pace, one piece at a time. */
export interface Outlet {
  /** Resolves with true when the bytes left for the socket, false when the client is gone. */
  readonly write: (buffers: readonly Buffer[]) => Promise<boolean>
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
  return {
    write: (buffers) => {
      if (gone) return Promise.resolve(false)
      return new Promise<boolean>((resolve) => {
        pending = resolve
        const last = buffers.length - 1
        if (last > 0) response.cork()
        buffers.forEach((buffer, index) => {
          response.write(
            buffer,
            index < last
              ? undefined
              : (error) => {
                  pending = undefined
                  if (error === null || error === undefined) for (const { length } of buffers) sent += length
                  resolve(error === null || error === undefined)
                },
          )
        })
        if (last > 0) response.uncork()
      })
    },
    gone: () => gone,
    sent: () => sent,
  }
}
