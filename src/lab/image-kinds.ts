/** How a kernel image for one U-Boot command is known by its first bytes. */
export interface ImageKind {
  readonly command: 'booti' | 'bootz' | 'bootm'
  readonly name: string
  /** The architecture it says, as a board file has it; absent where the head does not tell. */
  readonly arch?: string
  readonly offset: number
  readonly magic: readonly number[]
}

/** Sorted by command; sources: the kernel's arch/{arm64,riscv}/…/image.h and arch/arm/boot head.S, U-Boot's image.h, the device tree specification. */
export const imageKinds: readonly ImageKind[] = [
  { command: 'booti', name: 'arm64 Image', arch: 'arm64', offset: 56, magic: [0x41, 0x52, 0x4d, 0x64] },
  { command: 'booti', name: 'riscv Image', arch: 'riscv', offset: 56, magic: [0x52, 0x53, 0x43, 0x05] },
  { command: 'bootm', name: 'FIT', offset: 0, magic: [0xd0, 0x0d, 0xfe, 0xed] },
  { command: 'bootm', name: 'uImage', offset: 0, magic: [0x27, 0x05, 0x19, 0x56] },
  { command: 'bootz', name: 'big-endian zImage', offset: 36, magic: [0x01, 0x6f, 0x28, 0x18] },
  { command: 'bootz', name: 'zImage', offset: 36, magic: [0x18, 0x28, 0x6f, 0x01] },
]
