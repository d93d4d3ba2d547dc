import { closeSync, openSync, writeSync } from 'node:fs'

/**
 * build.log: the bytes of every command, in order. Written at once, so that a
 * cut-off build keeps all it said; the first failure to write is kept and stops
 * further writing.
 */
export interface BuildLog extends Disposable {
  write(bytes: Uint8Array | string): void
  /** What went wrong with writing, e.g. a full disk. */
  readonly failure: () => Error | undefined
}

export function openBuildLog(file: string): BuildLog {
  const descriptor = openSync(file, 'w')
  let failure: Error | undefined
  return {
    write: (bytes) => {
      if (failure !== undefined) return
      try {
        writeAll(descriptor, typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
      } catch (error) {
        failure = error as Error
      }
    },
    failure: () => failure,
    [Symbol.dispose]: () => closeSync(descriptor),
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  let done = 0
  while (done < bytes.length) done += writeSync(descriptor, bytes, done)
}
