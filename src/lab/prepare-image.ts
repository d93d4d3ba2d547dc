import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { decompressFile, detectCompression } from '#files/decompress'
import { type ImageKind, imageKinds } from '#lab/image-kinds'

const headBytes = 64

/** What the board takes. */
export interface ImageWanted {
  readonly command: ImageKind['command']
  /** As the board file has it. */
  readonly arch: string
}

/**
 * Makes sure, before a board is touched, that U-Boot's command can start the
 * kernel: undoes gzip, xz and zstd, and looks at the magic number.
 *
 * @param folder where an unpacked image goes
 * @returns the image's path
 * @throws LkftError BAD_ARGUMENT when it is of another kind
 */
export async function prepareImage(
  file: string,
  { command, arch }: ImageWanted,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const packed = command !== 'bootm' && (await detectCompression(file)) !== undefined
  const image = packed ? join(folder, 'kernel-image') : file
  if (packed) await decompressFile(file, image, signal)
  checkKind(file, await readHead(image), { command, arch })
  return image
}

function checkKind(file: string, head: Uint8Array, { command, arch }: ImageWanted): void {
  const family = arch === 'riscv64' ? 'riscv' : arch
  const fitting = imageKinds.filter((kind) => kind.command === command && (kind.arch ?? family) === family)
  if (fitting.some(({ offset, magic }) => holds(head, offset, magic))) return
  const found = imageKinds.find(({ offset, magic }) => holds(head, offset, magic))
  const what = found === undefined ? 'no kernel image that U-Boot knows' : `a ${found.name}`
  throw new LkftError(
    'BAD_ARGUMENT',
    `${file} is ${what}; ${command} takes: ${fitting.map(({ name }) => name).join(', ')}`,
    {
      hint: "Give the right file, or change 'bootloader/boot-command' in the board file.",
    },
  )
}

async function readHead(file: string): Promise<Uint8Array> {
  const handle = await open(file).catch((error: Error) => {
    throw new LkftError('BAD_ARGUMENT', `cannot read the kernel: ${error.message}`, { cause: error })
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function holds(head: Uint8Array, offset: number, magic: readonly number[]): boolean {
  return magic.every((byte, index) => head[offset + index] === byte)
}
