import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { childEnvironment } from '#process/child-environment'

/** A pipe of the operating system: the end that a child writes to, and ours. */
export interface Pipe {
  /** File descriptor for a child's stdio. */
  readonly writeEnd: number
  readonly readEnd: Readable
  /** Closes our copy of `writeEnd`, so that the end of the child is the end of the stream. */
  closeWriteEnd(): void
}

/**
 * Opens a real pipe. Node's own `pipe` is a socket pair, where each write of one
 * byte, as a UART makes them, takes a whole buffer: after some 280 unread bytes
 * QEMU would block, and a guest that polls its UART loses bytes after 10 ms. A
 * pipe holds 64 KiB however they are written.
 */
export function openPipe(): Pipe {
  const folder = mkdtempSync(join(tmpdir(), 'lkft-pipe-'))
  const name = join(folder, 'console')
  try {
    execFileSync('mkfifo', ['-m', '600', name], { env: childEnvironment() })
    const read = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK)
    const writeEnd = openSync(name, constants.O_WRONLY)
    return {
      writeEnd,
      readEnd: new Socket({ fd: read, readable: true, writable: false }),
      closeWriteEnd: () => closeSync(writeEnd),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
