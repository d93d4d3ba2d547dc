import { readFile } from 'node:fs/promises'
import { parseImageName } from '#container/image-name'
import { LkftError } from '#errors/lkft-error'
import { writeJsonAtomic } from '#files/write-atomic'

/** One image of lkft.lock. */
export interface LockedImage {
  /** `sha256:…` as a registry gave it; null: never fetched. */
  readonly digest: string | null
  /** When it was fetched. */
  readonly locked: string | null
}

/** lkft.lock: which bytes an image's name stands for; by name with registry and tag. */
export interface ImageLock {
  readonly version: 1
  readonly images: Readonly<Record<string, LockedImage>>
}

/** Name of the lock file beside lkft.yaml. */
export const lockFileName = 'lkft.lock'

/**
 * Reads a lock file; one that is not there is empty.
 *
 * @throws LkftError BAD_DOCUMENT
 */
export async function readImageLock(file: string): Promise<ImageLock> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new LkftError('BAD_DOCUMENT', `${file} cannot be read: ${error.message}`, { cause: error })
  })
  if (text === undefined) return { version: 1, images: {} }
  const value = parse(text, file)
  const problem = findProblem(value)
  if (problem === undefined) return value as ImageLock
  throw new LkftError('BAD_DOCUMENT', `${file}: ${problem}`, { hint: "Write it with 'lkft images lock'." })
}

/** Writes a lock file, images by name, so that a change is one line of a diff. */
export async function writeImageLock(file: string, lock: ImageLock): Promise<void> {
  const images = Object.entries(lock.images).sort(([a], [b]) => (a < b ? -1 : 1))
  await writeJsonAtomic(file, { version: 1, images: Object.fromEntries(images) })
}

/** The digest that the lock has for an image; undefined when none was ever fetched. */
export function lockedDigest(lock: ImageLock, image: string): string | undefined {
  const { registry, repository, tag } = parseImageName(image)
  const names =
    tag === undefined || tag === 'latest' ? [`${registry}/${repository}`, `${registry}/${repository}:latest`] : [image]
  return names.map((name) => lock.images[name]?.digest).find((digest) => typeof digest === 'string')
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${file}: not JSON: ${(error as Error).message}`, { cause: error })
  }
}

function findProblem(value: unknown): string | undefined {
  const { version, images } = (value ?? {}) as { version?: unknown; images?: unknown }
  if (version !== 1) return 'version must be 1'
  if (typeof images !== 'object' || images === null || Array.isArray(images)) return 'images must be an object'
  for (const [name, entry] of Object.entries(images as Record<string, { digest?: unknown } | null>)) {
    const digest = entry?.digest
    const isRight = digest === null || (typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest))
    if (!isRight) return `images/${name}/digest must be sha256:<64 hexadecimal digits> or null`
  }
  return undefined
}
