import { LkftError } from '#errors/lkft-error'
import type { Suite } from '#suites/suite'

/** What is known before a machine or board is started; what is not known is not checked. */
export interface Surroundings {
  /** Name of the device or of the board's type. */
  readonly device: string
  /** The kernel's .config, as text. */
  readonly config?: string | undefined
  /** Paths in the root file system, without leading slashes. */
  readonly files?: ReadonlySet<string> | undefined
}

const programFolders = ['bin', 'sbin', 'usr/bin', 'usr/sbin', 'usr/local/bin', 'usr/local/sbin']

/**
 * Says before a boot what a suite would miss after it: the wrong device, kernel
 * options that are off, programs that the root file system does not hold.
 *
 * @throws LkftError BAD_ARGUMENT that names all of it
 */
export function preflight(suites: readonly Suite[], surroundings: Surroundings): void {
  const lacks = suites.flatMap((suite) => findLacks(suite, surroundings).map((lack) => `suite ${suite.name} ${lack}`))
  const [first] = lacks
  if (first === undefined) return
  const programs = lacks.some((lack) => lack.includes('root file system'))
  const hint = programs ? 'Give them with --overlay or --rootfs.' : "See 'lkft suites'."
  throw new LkftError('BAD_ARGUMENT', lacks.join('\n'), { hint })
}

function findLacks(suite: Suite, { device, config, files }: Surroundings): readonly string[] {
  if (suite.kind === 'elsewhere') return [suite.summary]
  if (suite.devices.length > 0 && !suite.devices.some((glob) => matches(glob, device))) {
    return [`does not run on ${device}, only on ${suite.devices.join(', ')}`]
  }
  const options = config === undefined ? [] : suite.needsKconfig.filter((name) => !isOn(name, config))
  const programs = files === undefined ? [] : suite.needsPrograms.filter((name) => !holds(files, name))
  return [
    ...(options.length === 0 ? [] : [`needs ${options.map((name) => `CONFIG_${name}`).join(', ')} in the kernel`]),
    ...(programs.length === 0 ? [] : [`needs ${programs.join(', ')} in the root file system`]),
  ]
}

function matches(glob: string, name: string): boolean {
  const parts = glob.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`).test(name)
}

function isOn(name: string, config: string): boolean {
  return new RegExp(`^CONFIG_${name}=[ym]$`, 'm').test(config)
}

function holds(files: ReadonlySet<string>, name: string): boolean {
  if (name.startsWith('/'))
    return files.has(name.slice(1)) || [...files].some((path) => path.startsWith(`${name.slice(1)}/`))
  return programFolders.some((folder) => files.has(`${folder}/${name}`))
}
