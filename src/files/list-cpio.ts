import { type FileHandle, open } from 'node:fs/promises'

const headerLength = 110

/** Paths in newc archives that stand one after the other, without leading slashes; contents are not read. */
export async function listCpio(file: string): Promise<ReadonlySet<string>> {
  const paths = new Set<string>()
  await using handle = await open(file)
  const { size } = await handle.stat()
  for (let at = 0; at + headerLength <= size;) {
    const header = await readText(handle, at, headerLength)
    if (!/^07070[12]/.test(header)) {
      // Zeros may fill the gap between two archives.
      at += 4
      continue
    }
    const field = (index: number): number => Number.parseInt(header.slice(6 + index * 8, 14 + index * 8), 16)
    const nameLength = field(11)
    const name = (await readText(handle, at + headerLength, nameLength)).replace(/\0.*$/s, '')
    if (name !== 'TRAILER!!!') paths.add(name.replace(/^\.?\/+/, ''))
    at = align(align(at + headerLength + nameLength) + field(6))
  }
  return paths
}

function align(at: number): number {
  return Math.ceil(at / 4) * 4
}

async function readText(handle: FileHandle, at: number, length: number): Promise<string> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await handle.read(bytes, 0, length, at)
  return bytes.toString('utf8', 0, bytesRead)
}
