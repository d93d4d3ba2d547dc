import { createHash, type Hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { open, rm } from 'node:fs/promises'
import type { Incoming } from '#cache-server/store/blobs'

/** A block that was uploaded, in a file of its own. */
export interface Block {
  readonly id: string
  readonly file: string
  readonly size: number
}

/** What became of the blocks: whole, hashed, not yet committed. */
export interface Assembled {
  readonly digest: string
  readonly size: number
}

/**
 * Puts blocks together into one file. Blocks that come in the order of their ids
 * are appended while others are still uploaded, so that little is left to do
 * when the list of all comes; the list alone decides the order.
 */
export class Assembly {
  private readonly blocks = new Map<string, Block>()
  private appended: string[] = []
  private hash: Hash = createHash('sha256')
  private size = 0
  private work: Promise<void> = Promise.resolve()
  private readonly incoming: Incoming

  constructor(incoming: Incoming) {
    this.incoming = incoming
  }

  /** Takes a block; one that comes again replaces the first. */
  add(block: Block): void {
    const before = this.blocks.get(block.id)
    this.blocks.set(block.id, block)
    if (before !== undefined) {
      void rm(before.file, { force: true })
      if (this.appended.includes(block.id)) this.restart()
      return
    }
    if (indexOf(block.id) === this.appended.length) this.appendInTurn()
  }

  /**
   * Appends what is missing in the order of the list.
   *
   * @throws Error when the list names a block that was not uploaded
   */
  async finish(ids: readonly string[]): Promise<Assembled> {
    await this.work
    if (!this.appended.every((id, index) => ids[index] === id)) this.restart()
    for (const id of ids.slice(this.appended.length)) {
      const block = this.blocks.get(id)
      if (block === undefined) throw new Error(`block ${id} was not uploaded`)
      await this.append(block)
    }
    return { digest: this.hash.copy().digest('hex'), size: this.size }
  }

  /** Removes the files of the blocks. */
  async clear(): Promise<void> {
    await this.work
    for (const { file } of this.blocks.values()) await rm(file, { force: true })
    this.blocks.clear()
  }

  private restart(): void {
    this.appended = []
    this.hash = createHash('sha256')
    this.size = 0
    this.work = this.work.then(() => this.incoming.handle.truncate(0))
  }

  private appendInTurn(): void {
    const before = this.work
    this.work = this.appendReady(before)
    this.work.catch(() => {})
  }

  private async appendReady(before: Promise<void>): Promise<void> {
    await before
    for (;;) {
      const place = this.appended.length
      const next = [...this.blocks.values()].find(({ id }) => indexOf(id) === place && !this.appended.includes(id))
      if (next === undefined) return
      await this.append(next)
    }
  }

  private async append(block: Block): Promise<void> {
    await using source = await open(block.file)
    await copy(source, this.incoming.handle, this.size, this.hash)
    this.size += block.size
    this.appended.push(block.id)
  }
}

const copyBytes = 1 << 20

async function copy(from: FileHandle, to: FileHandle, at: number, hash: Hash): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(copyBytes)
  for (let position = 0; ;) {
    const { bytesRead } = await from.read(buffer, 0, copyBytes, position)
    if (bytesRead === 0) return
    const part = buffer.subarray(0, bytesRead)
    hash.update(part)
    await to.write(part, 0, bytesRead, at + position)
    position += bytesRead
  }
}

/**
 * The place that a block id of a known client says: a uuid and twelve digits
 * (Azure's SDK), or 64 bytes with a number at the sixteenth (buildx). Only a guess to
 * begin early; undefined when it is neither.
 */
function indexOf(id: string): number | undefined {
  const bytes = Buffer.from(id, 'base64')
  const digits = /^[0-9a-f-]{36}(\d{12})$/.exec(bytes.toString('latin1'))?.[1]
  if (digits !== undefined) return Number(digits)
  return bytes.length === 64 ? bytes.readUInt32BE(16) : undefined
}
