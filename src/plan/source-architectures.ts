/**
 * The folder below arch/ that a target architecture is built from, by lkft's
 * architecture names. Source: the kernel's Makefile (SRCARCH) and scripts/subarch.include.
 * An architecture that is not here is never skipped.
 */
export const sourceArchitectures: Readonly<Record<string, string>> = {
  arc: 'arc',
  arm: 'arm',
  arm64: 'arm64',
  arm64be: 'arm64',
  armv5: 'arm',
  armv7be: 'arm',
  csky: 'csky',
  hexagon: 'hexagon',
  i386: 'x86',
  loongarch: 'loongarch',
  m68k: 'm68k',
  microblaze: 'microblaze',
  mips: 'mips',
  nios2: 'nios2',
  openrisc: 'openrisc',
  parisc: 'parisc',
  parisc64: 'parisc',
  powerpc: 'powerpc',
  riscv: 'riscv',
  s390: 's390',
  sh: 'sh',
  sparc: 'sparc',
  x86_64: 'x86',
  xtensa: 'xtensa',
}
