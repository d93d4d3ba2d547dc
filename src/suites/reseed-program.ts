/** One architecture's ELF header fields and the program's instructions. */
interface Instructions {
  readonly bits: 32 | 64
  /** `e_machine`. */
  readonly machine: number
  readonly code: string
}

/**
 * Reads 64 bytes from stdin, hands them to the entropy pool that is its stdout
 * (RNDADDENTROPY with 512 bits), then makes the generator take a new key from it
 * (RNDRESEEDCRNG); exits with 0 when both worked. A shell can write to
 * /dev/urandom, but copies of one machine would go on with one key for up to a
 * minute. Assembled with GNU as, by target architecture of the kernel.
 */
const programs: Readonly<Record<string, Instructions>> = {
  arm64: {
    bits: 64,
    machine: 183,
    code: `ff0302d100408052e00300b900088052e00700b9000080d2e1230091020880d2e80780d2010000d4200080d261408a520101a872
      e2030091a80380d2010000d4e903002a200080d2e1408a52a80380d2010000d40000092aa80b80d2010000d4`,
  },
  i386: {
    bits: 32,
    machine: 3,
    code: `81ec80000000c7042400020000c744240440000000b80300000031db8d4c2408ba40000000cd80b836000000bb01000000b903520840
      89e2cd8089c6b836000000b907520000cd8009c689f3b801000000cd80`,
  },
  riscv: {
    bits: 64,
    machine: 243,
    code: `130101f8930200202320510093020004232251001305000093058100130600049308f0037300000013051000b75508409b8553201306
      01009308d001730000009304050013051000b75500009b8575209308d00173000000336595009308d00573000000`,
  },
  x86_64: {
    bits: 64,
    machine: 62,
    code: `4881ec80000000c7042400020000c74424044000000031c031ff488d742408ba400000000f05b810000000bf01000000be0352084048
      89e20f0589c3b810000000be075200000f0509c389dfb83c0000000f05`,
  },
}

const base = 0x10000

/** The program as an ELF file of some 200 bytes; undefined for an architecture without one. */
export function reseedProgram(arch: string): Buffer | undefined {
  const program = programs[arch]
  if (program === undefined) return undefined
  const code = Buffer.from(program.code.replaceAll(/\s/g, ''), 'hex')
  return program.bits === 64 ? elf64(program.machine, code) : elf32(program.machine, code)
}

function elf64(machine: number, code: Uint8Array): Buffer {
  const head = Buffer.alloc(120)
  identify(head, 2, machine)
  head.writeBigUInt64LE(BigInt(base + head.length), 24)
  head.writeBigUInt64LE(64n, 32)
  head.writeUInt16LE(64, 52)
  head.writeUInt16LE(56, 54)
  head.writeUInt16LE(1, 56)
  const size = BigInt(head.length + code.length)
  head.writeUInt32LE(1, 64)
  head.writeUInt32LE(5, 68)
  for (const [at, value] of [
    [80, BigInt(base)],
    [88, BigInt(base)],
    [96, size],
    [104, size],
    [112, 0x1000n],
  ] as const) {
    head.writeBigUInt64LE(value, at)
  }
  return Buffer.concat([head, code])
}

function elf32(machine: number, code: Uint8Array): Buffer {
  const head = Buffer.alloc(84)
  identify(head, 1, machine)
  head.writeUInt32LE(base + head.length, 24)
  head.writeUInt32LE(52, 28)
  head.writeUInt16LE(52, 40)
  head.writeUInt16LE(32, 42)
  head.writeUInt16LE(1, 44)
  const size = head.length + code.length
  for (const [index, value] of [1, 0, base, base, size, size, 5, 0x1000].entries()) {
    head.writeUInt32LE(value, 52 + index * 4)
  }
  return Buffer.concat([head, code])
}

/** Magic number, class, byte order and version; an executable of that machine. */
function identify(head: Buffer, bits: 1 | 2, machine: number): void {
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, bits, 1, 1]).copy(head)
  head.writeUInt16LE(2, 16)
  head.writeUInt16LE(machine, 18)
  head.writeUInt32LE(1, 20)
}
