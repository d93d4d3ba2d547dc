import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { runForOutput } from '#process/run-command'

/** Debian packages of the QEMU programs. */
const packages: Readonly<Record<string, string>> = {
  'qemu-system-aarch64': 'qemu-system-arm',
  'qemu-system-arm': 'qemu-system-arm',
  'qemu-system-i386': 'qemu-system-x86',
  'qemu-system-mips': 'qemu-system-mips',
  'qemu-system-mips64': 'qemu-system-mips',
  'qemu-system-mips64el': 'qemu-system-mips',
  'qemu-system-mipsel': 'qemu-system-mips',
  'qemu-system-ppc': 'qemu-system-ppc',
  'qemu-system-ppc64': 'qemu-system-ppc',
  'qemu-system-ppc64le': 'qemu-system-ppc',
  'qemu-system-sparc64': 'qemu-system-sparc',
  'qemu-system-x86_64': 'qemu-system-x86',
}

/**
 * The path of a QEMU program.
 *
 * @param program a name to look for in PATH, or a path
 * @throws LkftError TOOL_MISSING with the apt line
 */
export async function findEmulator(program: string, path = process.env['PATH'] ?? ''): Promise<string> {
  const places = program.includes('/') ? [program] : path.split(delimiter).map((folder) => join(folder, program))
  for (const place of places) {
    const runs = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs) return place
  }
  const hint = `apt-get install ${packages[program] ?? 'qemu-system-misc'}`
  throw new LkftError('TOOL_MISSING', `${program} is not installed`, { hint })
}

/** The version that a QEMU program says it has, e.g. `7.2.22`. */
export async function emulatorVersion(program: string): Promise<string> {
  const text = await runForOutput({ argv: [program, '--version'] }, { timeoutMs: 10_000 })
  return /version (\S+)/.exec(text)?.[1] ?? 'unknown'
}
