/**
 * A byte stream to and from a guest or a board: its console, or the second port
 * that carries results. Virtual machines and lab boards both give one, so that
 * sessions know nothing of QEMU, ser2net or PTYs.
 */
export interface ConsoleLink {
  /** Called once. Bytes come in order; `onEnd` once, after the last byte. Bytes that came before are not lost. */
  listen(onBytes: (chunk: Uint8Array) => void, onEnd: () => void): void
  /** Sends bytes to the other side; without effect after the end. */
  write(bytes: string | Uint8Array): void
}
