import { constants, createReadStream } from 'node:fs'
import { chmod, copyFile, mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { labFailed } from '#lab/lab-failed'
import { startTftpServer, type TftpEvent, type TftpServer, type TftpServerOptions } from '#lab/tftp/tftp-server'
import type { StageContext } from '#log/reporter'
import type { Board } from '#schema/documents'

/** What a file is to the board, in the order of loading. */
export type FileRole = 'kernel' | 'ramdisk' | 'device tree'

/** A file as it is served. */
interface ServedFile {
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

/** A file with its path on this machine. */
export type PlacedFile = ServedFile & { readonly path: string }

/** Names and sums up a run's files, once for all its boots. */
export async function placeFiles(board: Board, paths: ReadonlyMap<FileRole, string>): Promise<readonly PlacedFile[]> {
  return Promise.all(
    [...paths].map(async ([what, path]) => {
      const { size } = await stat(path)
      const name = `${folderOf(board)}/${what.replace(' ', '-')}`
      return { what, path, name, bytes: size, crc32: await sumFile(path) }
    }),
  )
}

function folderOf({ name }: Board): string {
  return `lkft-${name}`
}

/**
 * Puts files where the board can fetch them: lkft's own TFTP server, or a folder
 * of an existing one (a subfolder of the board's own, made anew each time; the
 * board's lock keeps other runs out of it). Held only while a board loads, so
 * that boards share an address; one that is taken is waited for.
 *
 * @throws LkftError LAB_FAILED, step network
 */
export async function serveFiles(
  board: Board,
  files: readonly PlacedFile[],
  context: StageContext,
): Promise<FileService> {
  const { tftp } = board.network
  if (tftp.directory === undefined) return serveOwn(board, tftp.listen ?? '', files, context)
  return serveFrom(tftp.directory, tftp['server-address'] ?? '', folderOf(board), files)
}

async function serveOwn(
  board: Board,
  listen: string,
  files: readonly PlacedFile[],
  context: StageContext,
): Promise<FileService> {
  const { reporter } = context
  const colon = listen.lastIndexOf(':')
  const host = listen.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  const last = new Map<string, TftpEvent>()
  const options: TftpServerOptions = {
    host,
    port: Number(listen.slice(colon + 1)),
    files: new Map(files.map(({ name, path }) => [name, path])),
    onEvent: (event) => {
      last.set(event.name, event)
      if (event.kind === 'progress') reporter.status(`${event.name}: ${event.bytes} of ${event.size} bytes`)
    },
  }
  const server = await startWhenFree(options, (board.timeouts?.['transfer-seconds'] ?? 120) * 1000, context)
  return {
    files,
    server: board.network.tftp['server-address'] ?? host,
    own: true,
    saw: (name) => describe(last.get(name)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Starts the server; while another board's run has the address, waits for it. */
async function startWhenFree(
  options: TftpServerOptions,
  longestMs: number,
  { reporter, signal }: StageContext,
): Promise<TftpServer> {
  const deadline = performance.now() + longestMs
  for (;;) {
    try {
      return await startTftpServer(options)
    } catch (error) {
      const taken = (error as { cause?: { code?: string } }).cause?.code === 'EADDRINUSE'
      if (!taken || performance.now() > deadline) throw error
      reporter.status(`waiting for ${options.host}:${options.port}, where another board loads`)
      await sleep(100, undefined, { signal })
    }
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
