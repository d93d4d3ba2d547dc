import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { ConsoleTransport } from '#lab/console-transport'

interface StreamParts {
  readonly name: string
  readonly input: Readable
  readonly output: Writable
  /** Frees what the streams do not own; called once. */
  readonly close: () => Promise<void>
  /** Text of the reason when the stream merely ends. */
  readonly endReason?: () => Promise<string>
}

/** Makes a transport of a readable and a writable side. */
export function streamTransport({ name, input, output, close, endReason }: StreamParts): ConsoleTransport {
  let disposed = false
  const { promise: gone, resolve: goneFor } = Promise.withResolvers<string | undefined>()
  const transport: ConsoleTransport = {
    name,
    onBytes: () => {},
    write: async (bytes) => {
      if (disposed || output.destroyed) throw new Error(`${name} is closed`)
      if (!output.write(bytes)) await Promise.race([once(output, 'drain'), gone])
    },
    gone,
    [Symbol.asyncDispose]: async () => {
      if (disposed) return
      disposed = true
      goneFor(undefined)
      input.destroy()
      output.destroy()
      await close()
    },
  }
  input.on('data', (chunk: Uint8Array) => transport.onBytes(chunk))
  const onError = (error: Error): void => goneFor(error.message)
  input.on('error', onError)
  output.on('error', onError)
  const onEnd = async (): Promise<void> => goneFor((await endReason?.()) ?? 'the other side closed the line')
  input.once('end', () => void onEnd())
  input.once('close', () => void onEnd())
  return transport
}
