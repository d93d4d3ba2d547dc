import { close, open, read, readv } from 'node:fs'
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
  /** The block at an index, once read; give it back with `release`. Few readers at the time: those up to `last` are read with it. */
  readonly acquire: (index: number, last: number) => Promise<Block>
  /** The block at an index when it is in memory by now; give it back as well. */
  readonly acquireReady: (index: number) => Block | undefined
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

/** Blocks that one read brings: each read costs two changes of thread, whatever its size. */
const blocksPerRead = 4
/** Above this many readers they share blocks, and more of them ahead would only cost memory. */
const fewReaders = 8

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
  const readers = (): number => opened.values().reduce((sum, { users }) => sum + users, 0)
  const load = (from: Opened, index: number, last: number): Block => {
    const most = readers() <= fewReaders ? Math.min(blocksPerRead, last - index + 1) : 1
    const run: Block[] = []
    while (run.length < most && !from.blocks.has(index + run.length)) {
      // The loader is the first user of what nobody asked for yet.
      const users = run.length === 0 ? 0 : 1
      const block: Block = { buffer: pool.take(), length: 0, users, ready: undefined, abandoned: false }
      from.blocks.set(index + run.length, block)
      run.push(block)
    }
    const filled = from.descriptor.then((descriptor) => fill(descriptor, run, index * bufferBytes))
    const ahead = run.slice(1)
    const settle = (failed: boolean): void => {
      for (const [i, block] of ahead.entries()) {
        block.ready = undefined
        if (!failed) release(from, index + 1 + i, block)
        else if (from.blocks.get(index + 1 + i) === block) from.blocks.delete(index + 1 + i)
      }
    }
    for (const block of run) block.ready = filled
    filled.then(
      () => settle(false),
      () => settle(true),
    )
    return run[0] as Block
  }
  const acquireReady = (from: Opened, index: number): Block | undefined => {
    const block = from.blocks.get(index)
    if (block === undefined || block.ready !== undefined) return undefined
    block.users++
    idle.delete(block)
    return block
  }
  const acquire = async (from: Opened, index: number, last: number): Promise<Block> => {
    const block = from.blocks.get(index) ?? load(from, index, last)
    block.users++
    idle.delete(block)
    if (block.ready !== undefined) {
      try {
        await block.ready
        block.ready = undefined
      } catch (error) {
        block.users--
        if (from.blocks.get(index) === block) from.blocks.delete(index)
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
        acquire: (index, last) => acquire(found, index, last),
        acquireReady: (index) => acquireReady(found, index),
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

/** Fills blocks that follow each other in the file. */
async function fill(descriptor: number, run: readonly Block[], position: number): Promise<void> {
  if (run.length > 1) {
    let count = await readAll(
      descriptor,
      run.map(({ buffer }) => buffer),
      position,
    )
    for (const block of run) {
      block.length = Math.min(count, bufferBytes)
      count -= block.length
    }
  }
  for (const [i, block] of run.entries()) await fillOne(descriptor, block, position + i * bufferBytes)
}

/** Fills what a block still lacks: nothing, mostly. */
async function fillOne(descriptor: number, block: Block, position: number): Promise<void> {
  while (block.length < bufferBytes) {
    const { buffer, length } = block
    const count = await readAt(descriptor, buffer, length, bufferBytes - length, position + length)
    if (count === 0) return
    block.length += count
  }
}

function readAll(descriptor: number, buffers: readonly Buffer[], position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    readv(descriptor, buffers, position, (error, count) => {
      if (error === null) resolve(count)
      else reject(error)
    })
  })
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
