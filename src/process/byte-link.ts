/** A byte stream to and from somebody: a guest's console, a second port, a board's serial line. */
export interface ByteLink {
  /** Called once. Bytes come in order; `onEnd` once, after the last byte. Bytes that came before are not lost. */
  listen(onBytes: (chunk: Uint8Array) => void, onEnd: () => void): void
  /** Sends bytes to the other side; without effect after the end. */
  write(bytes: string | Uint8Array): void
}
