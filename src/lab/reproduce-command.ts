import { resolve } from 'node:path'
import type { LabRequest } from '#lab/lab-request'
import { formatCommandLine, HiddenCharacterError } from '#process/command-line'

/** Options of `lkft lab run` and what of a request they carry, in the order they are written. */
const options: readonly (readonly [
  string,
  (request: LabRequest) => string | number | readonly string[] | undefined,
])[] = [
  ['--board', ({ boardFile }) => resolve(boardFile)],
  ['--build', ({ build }) => file(build)],
  ['--suite', ({ suites }) => suites],
  ['--command', ({ commands }) => commands],
  ['--parameter', ({ parameters }) => Object.entries(parameters ?? {}).map(([key, value]) => `${key}=${value}`)],
  ['--boot-arg', ({ kernelArguments }) => kernelArguments],
  ['--rootfs', ({ rootfs }) => file(rootfs)],
  ['--environment', ({ environment }) => environment],
  ['--cache-server', ({ cacheServer }) => cacheServer],
  ['--timeout', ({ timeoutSeconds }) => timeoutSeconds],
  ['--on-warning', ({ onWarning }) => onWarning],
]

/** The command that repeats a run on the same board, quoted for sh; null when a value holds what no shell line can show. */
export function reproduceCommand(request: LabRequest): string | null {
  const words = options.flatMap(([option, read]) =>
    [read(request) ?? []].flat().flatMap((value) => word(option, value)),
  )
  try {
    return formatCommandLine({ argv: ['lkft', 'lab', 'run', ...words, '--output-dir', 'reproduced'] })
  } catch (error) {
    if (error instanceof HiddenCharacterError) return null
    throw error
  }
}

/** A value that begins with a dash is tied to its option, so that it is not read as one. */
function word(option: string, value: string | number): readonly string[] {
  return String(value).startsWith('-') ? [`${option}=${value}`] : [option, String(value)]
}

function file(name: string | undefined): string | undefined {
  return name === undefined || /^https?:\/\//i.test(name) ? name : resolve(name)
}
