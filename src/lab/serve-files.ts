import { constants, createReadStream } from 'node:fs'
import { chmod, copyFile, mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { labFailed } from '#lab/lab-failed'
import { startTftpServer, type TftpEvent } from '#lab/tftp/tftp-server'
import type { Reporter } from '#log/reporter'
import type { Board } from '#schema/documents'

/** What a file is to the board, in the order of loading. */
export type FileRole = 'kernel' | 'ramdisk' | 'device tree'

/** A file as it is served. */
export interface ServedFile {
  readonly what: FileRole
  /** Its name for TFTP: no longer than U-Boot takes, and nobody else's. */
  readonly name: string
  readonly bytes: number
  /** CRC-32 as U-Boot prints it. */
  readonly crc32: string
}

/** Files that a board can fetch; disposing it takes them away. */
export interface FileService extends AsyncDisposable {
  readonly files: readonly ServedFile[]
  /** Address of the server as the board sees it. */
  readonly server: string
  /** It is lkft's own, which knows window sizes. */
  readonly own: boolean
  /** What happened to a file, as far as the server tells; `undefined` for a server that is not lkft's. */
  readonly saw: (name: string) => string | undefined
}

/**
 * Puts files where the board can fetch them: lkft's own TFTP server, or a folder
 * of an existing one (a subfolder of the board's own, made anew each time; the
 * board's lock keeps other runs out of it).
 *
 * @throws LkftError LAB_FAILED, step network
 */
export async function serveFiles(
  board: Board,
  paths: ReadonlyMap<FileRole, string>,
  reporter: Reporter,
): Promise<FileService> {
  const { tftp } = board.network
  const folder = `lkft-${board.name}`
  const files = await Promise.all(
    [...paths].map(async ([what, path]) => {
      const { size } = await stat(path)
      return { what, path, name: `${folder}/${what.replace(' ', '-')}`, bytes: size, crc32: await sumFile(path) }
    }),
  )
  return tftp.directory === undefined
    ? serveOwn(tftp.listen ?? '', tftp['server-address'], files, reporter)
    : serveFrom(tftp.directory, tftp['server-address'] ?? '', folder, files)
}

type PlacedFile = ServedFile & { readonly path: string }

async function serveOwn(
  listen: string,
  address: string | undefined,
  files: readonly PlacedFile[],
  reporter: Reporter,
): Promise<FileService> {
  const colon = listen.lastIndexOf(':')
  const host = listen.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  const last = new Map<string, TftpEvent>()
  const server = await startTftpServer({
    host,
    port: Number(listen.slice(colon + 1)),
    files: new Map(files.map(({ name, path }) => [name, path])),
    onEvent: (event) => {
      last.set(event.name, event)
      if (event.kind === 'progress') reporter.status(`${event.name}: ${event.bytes} of ${event.size} bytes`)
    },
  })
  return {
    files,
    server: address ?? host,
    own: true,
    saw: (name) => describe(last.get(name)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function serveFrom(
  directory: string,
  server: string,
  folder: string,
  files: readonly PlacedFile[],
): Promise<FileService> {
  const own = join(directory, folder)
  try {
    await rm(own, { recursive: true, force: true })
    await mkdir(own)
    await chmod(own, 0o755)
    for (const { path, name } of files) {
      await copyFile(path, join(directory, name), constants.COPYFILE_FICLONE)
      await chmod(join(directory, name), 0o644)
    }
  } catch (error) {
    throw labFailed(
      'network',
      `cannot put files into ${directory}: ${(error as Error).message}`,
      "Correct 'network/tftp/directory' in the board file, or give this user the right to write there.",
      error,
    )
  }
  return {
    files,
    server,
    own: false,
    saw: () => undefined,
    [Symbol.asyncDispose]: () => rm(own, { recursive: true, force: true }),
  }
}

function describe(event: TftpEvent | undefined): string | undefined {
  if (event === undefined) return "lkft's TFTP server was never asked for it: see 'network/tftp/server-address'"
  const { kind, peer, bytes, size, reason } = event
  if (kind === 'missing') return `lkft's TFTP server could not open it for ${peer}`
  if (kind === 'refused') return `lkft's TFTP server refused ${peer}: ${reason}`
  return `lkft's TFTP server sent ${bytes} of ${size} bytes to ${peer}${reason === undefined ? '' : `: ${reason}`}`
}

async function sumFile(path: string): Promise<string> {
  let sum = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) sum = crc32(chunk as Buffer, sum)
  return sum.toString(16).padStart(8, '0')
}
