import { spawn } from 'node:child_process'
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { findEmulator } from '#machine/emulator'
import { childEnvironment } from '#process/child-environment'
import { endWithProcess } from '#process/end-with-process'
import { killGroup } from '#process/kill-group'

export interface KvmProbe {
  readonly usable: boolean
  /** One line: why not, or how long the probe took. */
  readonly reason: string
}

/** A guest that says at least one byte on stdout when its first instructions run. */
interface ProbeGuest {
  readonly program: string
  readonly args: readonly string[]
  /** Machine code to load as the kernel; the machine's own firmware runs when absent. */
  readonly code?: string
}

const common = ['-no-user-config', '-nodefaults', '-display', 'none', '-accel', 'kvm', '-cpu', 'host']

/** By Node's name of the host's architecture. */
const guests: Readonly<Record<string, ProbeGuest>> = {
  // mov x0, #0x09000000 (the PL011 of `virt`); mov w1, #75; str w1, [x0]; b .
  arm64: {
    program: 'qemu-system-aarch64',
    args: [...common, '-machine', 'virt', '-m', '64M', '-serial', 'stdio'],
    code: '0020a1d261098052010000b900000014',
  },
  // SeaBIOS says its version on the debug port.
  x64: {
    program: 'qemu-system-x86_64',
    args: [
      ...common,
      '-machine',
      'pc',
      '-m',
      '32M',
      '-chardev',
      'stdio,id=d',
      '-device',
      'isa-debugcon,iobase=0x402,chardev=d',
    ],
  },
}

let known: Promise<KvmProbe> | undefined

/**
 * Whether KVM really works here: `/dev/kvm` may be there and hang. Runs a guest
 * of a few instructions under a limit; the answer is kept for this process.
 */
export function probeKvm(limitMs = 5000): Promise<KvmProbe> {
  known ??= probe(limitMs)
  return known
}

async function probe(limitMs: number): Promise<KvmProbe> {
  const no = (reason: string): KvmProbe => ({ usable: false, reason })
  const refused = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code,
  )
  if (refused === 'ENOENT') return no('there is no /dev/kvm')
  if (refused !== null) return no('/dev/kvm is there, but this user may not open it')
  const guest = guests[process.arch]
  if (guest === undefined) return no(`lkft has no KVM guest for ${process.arch} hosts`)
  const folder = await mkdtemp(join(tmpdir(), 'lkft-kvm-'))
  try {
    const code = join(folder, 'code')
    if (guest.code !== undefined) await writeFile(code, Buffer.from(guest.code, 'hex'))
    const program = await findEmulator(guest.program)
    return await runGuest(program, [...guest.args, ...(guest.code === undefined ? [] : ['-kernel', code])], limitMs)
  } catch (error) {
    if (error instanceof LkftError) return no(error.message)
    throw error
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runGuest(program: string, args: readonly string[], limitMs: number): Promise<KvmProbe> {
  const started = performance.now()
  const child = spawn(program, args, {
    env: childEnvironment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.once('exit', endWithProcess(child.pid))
  const { promise, resolve } = Promise.withResolvers<KvmProbe>()
  let complaint = ''
  const timer = setTimeout(
    () => resolve({ usable: false, reason: `/dev/kvm is there, but a guest ran nothing in ${limitMs / 1000} s` }),
    limitMs,
  )
  child.stdout.once('data', () => {
    resolve({ usable: true, reason: `a guest ran within ${((performance.now() - started) / 1000).toFixed(2)} s` })
  })
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-1000)))
  child.once('error', (error) => resolve({ usable: false, reason: error.message }))
  child.once('exit', () => {
    const last = complaint.trim().split('\n').at(-1) ?? ''
    resolve({ usable: false, reason: `QEMU cannot use it${last === '' ? '' : `: ${last}`}` })
  })
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    if (child.pid !== undefined && child.exitCode === null) await killGroup(child.pid, 0)
    child.stdout.destroy()
    child.stderr.destroy()
    child.unref()
  }
}
