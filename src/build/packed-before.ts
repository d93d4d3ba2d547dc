import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, mkdir, readdir, readFile, readlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { hashFile } from '#files/hash-file'
import { writeAtomic } from '#files/write-atomic'
import type { CommandLine } from '#process/command-line'

/** One artifact that was packed from this build directory. */
interface Packed {
  /** Stands for all that decides its bytes: the packer's words and what it read. */
  readonly key: string
  /** Where it was put, and the sha256 it had. */
  readonly file: string
  readonly sha256: string
}

type PackedState = Readonly<Record<string, Packed>>

const stateFile = '.lkft/packed.json'

/**
 * What stands for one packing: the packer's words, and names, modes and content of
 * what goes in. The place that it writes to does not count.
 *
 * @param input file or folder that is packed
 */
export async function packingKey(command: CommandLine, to: string, input: string): Promise<string> {
  const hash = createHash('sha256')
  for (const word of command.argv) hash.update(`${word.replaceAll(to, '')}\0`)
  await addTree(hash, input, '')
  return hash.digest('hex')
}

/** Path of the same artifact from before, when it is still there with the bytes it had; undefined when it has to be made. */
export async function packedBefore(build: string, name: string, key: string): Promise<string | undefined> {
  const known = (await readState(build))[name]
  if (known?.key !== key) return undefined
  const sha256 = await hashFile(known.file).catch(() => undefined)
  return sha256 === known.sha256 ? known.file : undefined
}

/** Notes an artifact for the next build in the same directory. */
export async function notePacked(build: string, name: string, key: string, file: string): Promise<void> {
  const state = { ...(await readState(build)), [name]: { key, file, sha256: await hashFile(file) } }
  await mkdir(join(build, dirname(stateFile)), { recursive: true })
  await writeAtomic(join(build, stateFile), JSON.stringify(state))
}

async function readState(build: string): Promise<PackedState> {
  const text = await readFile(join(build, stateFile), 'utf8').catch(() => '{}')
  try {
    return JSON.parse(text) as PackedState
  } catch {
    return {}
  }
}

async function addTree(hash: Hash, path: string, name: string): Promise<void> {
  const found = await lstat(path)
  hash.update(`${name}\0${found.mode.toString(8)}\0`)
  if (found.isSymbolicLink()) {
    hash.update(`${await readlink(path)}\0`)
  } else if (found.isDirectory()) {
    for (const entry of (await readdir(path)).sort()) await addTree(hash, join(path, entry), `${name}/${entry}`)
  } else if (found.isFile()) {
    hash.update(`${found.size}\0`)
    await pipeline(createReadStream(path), hash, { end: false })
  }
}
