/** A two-way stream of bytes to a board's serial console, whatever carries it. */
export interface ConsoleTransport extends AsyncDisposable {
  /** For messages: `/dev/ttyUSB0`, `tcp lab1:7001`, … */
  readonly name: string
  /** Called with every chunk as it arrives; set once, before the first byte is awaited. */
  onBytes: (chunk: Uint8Array) => void
  /** Hands bytes to the line; resolves when they are out. */
  write(bytes: Uint8Array): Promise<void>
  /** Settles when the line is gone: with the reason, or `undefined` after disposal. */
  readonly gone: Promise<string | undefined>
}
