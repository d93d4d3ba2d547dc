/** Bytes of one buffer: few reads for a large file, and small enough to stay in a core's cache. */
export const bufferBytes = 512 * 1024

/** Buffers that are used again, since allocating one costs more than filling it. */
export interface BufferPool {
  readonly take: () => Buffer
  readonly give: (buffer: Buffer) => void
}

export function createBufferPool(mostIdle: number): BufferPool {
  const idle: Buffer[] = []
  return {
    take: () => idle.pop() ?? Buffer.allocUnsafeSlow(bufferBytes),
    give: (buffer) => {
      if (idle.length < mostIdle) idle.push(buffer)
    },
  }
}
