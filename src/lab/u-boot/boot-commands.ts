/** How U-Boot starts kernels of one architecture. */
export interface BootCommandRow {
  /** As `lkft build --target-arch` has it. */
  readonly arch: string
  readonly command: 'booti' | 'bootz' | 'bootm'
}

/** Sorted by architecture; source: U-Boot's cmd/booti.c, cmd/bootz.c and doc/usage. Others use bootm. */
const rows: readonly BootCommandRow[] = [
  { arch: 'arm', command: 'bootz' },
  { arch: 'arm64', command: 'booti' },
  { arch: 'armv5', command: 'bootz' },
  { arch: 'armv7', command: 'bootz' },
  { arch: 'riscv', command: 'booti' },
  { arch: 'riscv64', command: 'booti' },
]

/** The command that starts a kernel of that architecture. */
export function bootCommand(arch: string): BootCommandRow['command'] {
  return rows.find((row) => row.arch === arch)?.command ?? 'bootm'
}
