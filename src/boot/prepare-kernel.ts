import { basename, join } from 'node:path'
import { decompressFile, detectCompression } from '#files/decompress'

/** The kernel as QEMU takes it: what is compressed as a whole is unpacked into `folder`. */
export async function prepareKernel(kernel: string, folder: string, signal: AbortSignal): Promise<string> {
  if ((await detectCompression(kernel)) === undefined) return kernel
  const plain = join(folder, `${basename(kernel).replace(/\.(gz|xz|zst)$/, '')}.plain`)
  await decompressFile(kernel, plain, signal)
  return plain
}
