import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import type { Frame } from '#console/call-trace'
import { framesOf } from '#console/crash-event'
import type { Crash } from '#console/find-crashes'
import { LkftError } from '#errors/lkft-error'
import { runCommand } from '#process/run-command'

/** One function of a trace with its place in the source; functions inlined into a frame come before it. */
export interface DecodedFrame {
  readonly function: string
  readonly file: string
  readonly line: number
  readonly inlined: boolean
}

interface KernelSymbol {
  readonly address: bigint
  readonly size: number
}

/** Addresses given to one addr2line. */
const batchSize = 500

/**
 * Finds the source places of traces in the kernel's symbols and DWARF, by name and
 * offset, so that a kernel that moved itself in memory decodes too. Functions of
 * modules and of other kernels are left out.
 *
 * @param vmlinux the kernel's ELF file, or that file compressed by zstd
 * @throws LkftError BAD_ARGUMENT when it is no ELF file, TOOL_MISSING without binutils
 */
export async function decodeTraces(
  crashes: readonly Crash[],
  vmlinux: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<Crash, readonly DecodedFrame[]>> {
  if (!vmlinux.endsWith('.zst')) return decode(crashes, vmlinux, signal)
  const folder = await mkdtemp(join(tmpdir(), 'lkft-vmlinux-'))
  try {
    const plain = join(folder, 'vmlinux')
    await pipeline(createReadStream(vmlinux), createZstdDecompress(), createWriteStream(plain))
    return await decode(crashes, plain, signal)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function decode(
  crashes: readonly Crash[],
  vmlinux: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<Crash, readonly DecodedFrame[]>> {
  const symbols = await readSymbols(vmlinux, new Set(crashes.flatMap((crash) => crash.trace)), signal)
  const addresses = new Map<Frame, bigint>()
  for (const crash of crashes)
    for (const [at, frame] of framesOf(crash).entries()) {
      const address = addressOf(frame, symbols, at === 0)
      if (address !== undefined) addresses.set(frame, address)
    }
  const places = await readPlaces(vmlinux, [...new Set(addresses.values())], signal)
  return new Map(
    crashes.map((crash) => [crash, framesOf(crash).flatMap((frame) => places.get(addresses.get(frame) ?? -1n) ?? [])]),
  )
}

/** A caller's frame holds the address behind the call, which may be another line. */
function addressOf(frame: Frame, symbols: ReadonlyMap<string, KernelSymbol[]>, first: boolean): bigint | undefined {
  const named = symbols.get(frame.name)
  const symbol = named?.find(({ size }) => size === frame.size) ?? named?.[0]
  if (symbol === undefined || frame.offset === undefined) return undefined
  return symbol.address + BigInt(first || frame.offset === 0 ? frame.offset : frame.offset - 1)
}

async function readSymbols(
  vmlinux: string,
  wanted: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, KernelSymbol[]>> {
  const symbols = new Map<string, KernelSymbol[]>()
  const onLine = (line: string): void => {
    const [, address, size, name = ''] = /^([\da-f]+) (?:([\da-f]+) )?[tTwW] (\S+)$/.exec(line) ?? []
    if (address === undefined || !wanted.has(name)) return
    const symbol = { address: BigInt(`0x${address}`), size: Number.parseInt(size ?? '0', 16) }
    symbols.set(name, [...(symbols.get(name) ?? []), symbol])
  }
  const result = await runCommand({ argv: ['nm', '-S', vmlinux] }, { onLine, keepBytes: 4096, signal })
  if (result.exitCode === 0) return symbols
  throw new LkftError('BAD_ARGUMENT', `cannot read symbols of ${vmlinux}: ${result.stderr.split('\n')[0] ?? ''}`, {
    hint: 'Give the vmlinux of the build that made the log, plain or compressed by zstd.',
  })
}

async function readPlaces(
  vmlinux: string,
  addresses: readonly bigint[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<bigint, readonly DecodedFrame[]>> {
  const places = new Map<bigint, DecodedFrame[]>()
  for (let at = 0; at < addresses.length; at += batchSize) {
    const batch = addresses.slice(at, at + batchSize).map((address) => `0x${address.toString(16)}`)
    const { stdout } = await runCommand({ argv: ['addr2line', '-e', vmlinux, '-a', '-f', '-i', ...batch] }, { signal })
    readAnswer(stdout, places)
  }
  return places
}

/** addr2line answers an address with its innermost inlined function, then those around it. */
function readAnswer(text: string, places: Map<bigint, DecodedFrame[]>): void {
  let frames: DecodedFrame[] = []
  let name = ''
  for (const line of text.split('\n')) {
    if (/^0x[\da-f]+$/.test(line)) {
      frames = []
      name = ''
      places.set(BigInt(line), frames)
    } else if (name === '') name = line
    else {
      const place = /^(.*):(\d+)(?: \(discriminator \d+\))?$/.exec(line)
      const last = frames.pop()
      if (last !== undefined) frames.push({ ...last, inlined: true })
      if (place !== null && place[1] !== '??')
        frames.push({ function: name, file: place[1] ?? '', line: Number(place[2]), inlined: false })
      name = ''
    }
  }
}
