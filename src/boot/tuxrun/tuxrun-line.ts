import type { BootRequest } from '#boot/boot-request'
import { splitPlace } from '#boot/overlay-place'
import { formatCommandLine, HiddenCharacterError } from '#process/command-line'

/** Names of modules archives that TuxRun takes. */
const modulesName = /\.(?:tar\.gz|tgz|tar\.xz)$/
/** Suites that are TuxRun's without being one of its tests: it always boots, and commands are words of their own. */
const implied = new Set(['boot', 'commands'])

/**
 * The `tuxrun` command line that does the same as far as TuxRun can, for those who compare.
 *
 * @param device name of the device that booted
 * @param kernel path of the kernel; TuxRun takes no build directory of lkft's
 * @param suites names, not globs
 * @returns undefined when something asked for cannot be said to TuxRun
 */
export function tuxrunLine(
  request: BootRequest,
  device: string,
  kernel: string,
  suites: readonly string[],
  modules: string | undefined,
): string | undefined {
  const { commands = [], overlays = [], parameters = {}, qemuArgs = [], smp, cpu, memory, machine, dtb, bios } = request
  const more = [smp, cpu, memory, machine].some((value) => value !== undefined) || qemuArgs.length > 0
  const lists = [request.testDefinitions, request.skipFiles, request.expectedFailures].some(
    (list) => (list ?? []).length > 0,
  )
  if (more || lists || commands.length > 1 || (modules !== undefined && !modulesName.test(splitPlace(modules).from)))
    return undefined
  if (request.bootArgs?.includes('"') === true) return undefined
  const tests = suites.filter((name) => !implied.has(name))
  const pairs = Object.entries(parameters).map(([key, value]) => `${key}=${value}`)
  const words = [
    '--device',
    device,
    '--kernel',
    kernel,
    ...placedOption('--modules', modules),
    ...option('--rootfs', request.rootfs),
    ...option('--dtb', dtb),
    ...option('--bios', bios),
    ...(request.pflash ?? []).flatMap((file) => ['--pflash', file]),
    ...option('--partition', request.partition === undefined ? undefined : String(request.partition - 1)),
    ...overlays.flatMap((overlay) => placedOption('--overlay', overlay)),
    ...option('--boot-args', request.bootArgs),
    ...(request.network === true ? ['--enable-network'] : []),
    ...(tests.length > 0 ? ['--tests', ...tests] : []),
    ...(pairs.length > 0 ? ['--parameters', ...pairs] : []),
    ...(commands.length > 0 ? ['--', ...commands] : []),
  ]
  try {
    return formatCommandLine({ argv: ['tuxrun', ...words] })
  } catch (error) {
    if (error instanceof HiddenCharacterError) return undefined
    throw error
  }
}

function placedOption(name: string, text: string | undefined): readonly string[] {
  if (text === undefined) return []
  const { from, place } = splitPlace(text)
  return place === '/' ? [name, from] : [name, from, place]
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value]
}
