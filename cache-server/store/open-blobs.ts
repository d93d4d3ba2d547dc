import { close, open, read } from 'node:fs'
import { promisify } from 'node:util'
import { type BufferPool, bufferBytes } from '#cache-server/store/buffer-pool'

const closeFile = promisify(close)
const openFile = promisify(open)

/** A piece of a blob in memory, shared by everybody who sends it at the time. */
export interface Block {
  readonly buffer: Buffer
  length: number
  users: number
  ready: Promise<void> | undefined
  abandoned: boolean
}

/** A blob that is being sent: one descriptor and a few shared blocks for any number of readers. */
export interface OpenBlob {
  /** The block at an index, once read; give it back with `release`. */
  readonly acquire: (index: number) => Promise<Block>
  readonly release: (index: number, block: Block) => void
  /** Like `release`, for a buffer that a broken socket may still hold: it is not used again. */
  readonly abandon: (index: number, block: Block) => void
  /** Every `open` needs one. */
  readonly close: () => void
}

export interface OpenBlobs {
  readonly open: (digest: string, file: string) => Promise<OpenBlob>
}

/** Blocks kept after their last use, over all blobs. */
const mostIdleBlocks = 64

interface Opened {
  users: number
  readonly descriptor: Promise<number>
  readonly blocks: Map<number, Block>
}

export function createOpenBlobs(pool: BufferPool): OpenBlobs {
  const opened = new Map<string, Opened>()
  const idle = new Map<Block, { from: Opened; index: number }>()

  const drop = (block: Block): void => {
    const place = idle.get(block)
    idle.delete(block)
    place?.from.blocks.delete(place.index)
    if (!block.abandoned) pool.give(block.buffer)
  }
  const load = (from: Opened, index: number): Block => {
    const block: Block = { buffer: pool.take(), length: 0, users: 0, ready: undefined, abandoned: false }
    block.ready = from.descriptor.then((descriptor) => fill(descriptor, block, index * bufferBytes))
    from.blocks.set(index, block)
    return block
  }
  const acquire = async (from: Opened, index: number): Promise<Block> => {
    const block = from.blocks.get(index) ?? load(from, index)
    block.users++
    idle.delete(block)
    if (block.ready !== undefined) {
      try {
        await block.ready
        block.ready = undefined
      } catch (error) {
        block.users--
        from.blocks.delete(index)
        throw error
      }
    }
    return block
  }
  const release = (from: Opened, index: number, block: Block): void => {
    if (--block.users > 0) return
    idle.set(block, { from, index })
    if (idle.size <= mostIdleBlocks) return
    const [oldest] = idle.keys()
    if (oldest !== undefined) drop(oldest)
  }
  const leave = (digest: string, from: Opened): void => {
    if (--from.users > 0) return
    opened.delete(digest)
    for (const block of from.blocks.values()) if (idle.has(block)) drop(block)
    void from.descriptor.then((descriptor) => closeFile(descriptor)).catch(() => {})
  }
  return {
    open: async (digest, file) => {
      let from = opened.get(digest)
      if (from === undefined) {
        from = { users: 0, descriptor: openFile(file, 'r'), blocks: new Map() }
        opened.set(digest, from)
      }
      const found = from
      found.users++
      try {
        await found.descriptor
      } catch (error) {
        leave(digest, found)
        throw error
      }
      return {
        acquire: (index) => acquire(found, index),
        release: (index, block) => release(found, index, block),
        abandon: (index, block) => {
          block.abandoned = true
          release(found, index, block)
        },
        close: () => leave(digest, found),
      }
    },
  }
}

async function fill(descriptor: number, block: Block, position: number): Promise<void> {
  while (block.length < bufferBytes) {
    const count = await readAt(
      descriptor,
      block.buffer,
      block.length,
      bufferBytes - block.length,
      position + block.length,
    )
    if (count === 0) return
    block.length += count
  }
}

/** `fs.read` as a promise of the count, without the object that promisify makes. */
export function readAt(
  descriptor: number,
  buffer: Buffer,
  offset: number,
  length: number,
  position: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, buffer, offset, length, position, (error, count) => {
      if (error === null) resolve(count)
      else reject(error)
    })
  })
}
