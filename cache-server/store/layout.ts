import { mkdirSync, readFileSync, writeFileSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'

/** Where everything lies under the server's directory. */
export interface Layout {
  readonly root: string
  readonly index: string
  readonly blobs: string
  readonly records: string
  /** Files being written: never trusted, emptied at start. */
  readonly incoming: string
  readonly blobFile: (digest: string) => string
  readonly recordFile: (key: string) => string
}

/**
 * Makes the folders of a server directory.
 *
 * @throws LkftError NOT_WRITABLE
 */
export function createLayout(root: string): Layout {
  const layout: Layout = {
    root,
    index: join(root, 'index.sqlite'),
    blobs: join(root, 'blobs'),
    records: join(root, 'records'),
    incoming: join(root, 'incoming'),
    blobFile: (digest) => join(root, 'blobs', digest.slice(0, 2), digest),
    recordFile: (key) => join(root, 'records', key.slice(0, 2), `${key}.json`),
  }
  try {
    rmSync(layout.incoming, { recursive: true, force: true })
    mkdirSync(layout.incoming, { recursive: true })
    for (const folder of [layout.blobs, layout.records]) mkdirSync(folder, { recursive: true })
  } catch (error) {
    const message = `cannot write to ${root}: ${(error as Error).message}`
    throw new LkftError('NOT_WRITABLE', message, { cause: error, hint: 'Choose another --dir or change its owner.' })
  }
  return layout
}

/**
 * Keeps a second server out of the same directory.
 *
 * @returns the release
 * @throws LkftError NOT_WRITABLE when a living process holds it
 */
export function lockDirectory(root: string): () => void {
  mkdirRoot(root)
  const file = join(root, 'lock')
  for (;;) {
    try {
      writeFileSync(file, `${process.pid} ${startTimeOf(process.pid)}\n`, { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const [pid = '', started = ''] = readOrEmpty(file).trim().split(' ')
      if (started !== '' && startTimeOf(Number(pid)) === started) {
        const hint = 'Stop that server, or choose another --dir.'
        throw new LkftError('NOT_WRITABLE', `${root} is in use by the cache server with process id ${pid}`, { hint })
      }
      rmSync(file, { force: true })
    }
  }
}

function mkdirRoot(root: string): void {
  try {
    mkdirSync(root, { recursive: true })
  } catch (error) {
    const message = `cannot make ${root}: ${(error as Error).message}`
    throw new LkftError('NOT_WRITABLE', message, { cause: error, hint: 'Choose another --dir or change its owner.' })
  }
}

/** When a process started, in kernel ticks, so that a reused process id is not taken for the old one. */
function startTimeOf(pid: number): string {
  const stat = readOrEmpty(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Makes a rename in a folder last through a power cut. A busy disk takes its time: nobody else may wait for it. */
export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r')
  await handle.sync()
}
