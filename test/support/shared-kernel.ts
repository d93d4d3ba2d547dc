/** Architectures that tests share kernels of. */
export type SharedArchitecture = 'x86_64' | 'arm64' | 'riscv64'

/** Path of a finished lkft build directory of a small kernel with KUnit, built once under .cache/. */
export async function sharedBuild(arch: SharedArchitecture): Promise<string> {
  throw new Error(`not there yet: ${arch}`)
}

/** Path of an unpacked linux-source tree under .cache/source. */
export async function sharedSource(): Promise<string> {
  throw new Error('not there yet')
}
