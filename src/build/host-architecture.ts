import { arch } from 'node:os'

const byNode: Readonly<Record<string, string>> = {
  arm: 'armhf',
  arm64: 'arm64',
  ia32: 'i386',
  loong64: 'loongarch',
  mips: 'mips',
  ppc64: 'powerpc',
  riscv64: 'riscv',
  s390x: 's390',
  x64: 'x86_64',
}

/** Name of this machine's own architecture. */
export function hostArchitecture(): string {
  return byNode[arch()] ?? arch()
}
