import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { nearestNames } from '#errors/nearest-names'
import { runForOutput } from '#process/run-command'

/**
 * Takes one device tree out of a build's archive.
 *
 * @param wanted as the board file has it: `am335x-boneblack.dtb` or `ti/omap/am335x-boneblack.dtb`
 * @throws LkftError UNKNOWN_NAME with the nearest names
 */
export async function extractDeviceTree(
  archive: string,
  wanted: string,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const list = await runForOutput({ argv: ['tar', '--list', '--file', archive] }, { signal, keepBytes: 1 << 24 })
  const members = list.split('\n').filter((name) => name.endsWith('.dtb'))
  const member = members.find((name) => name === wanted || name.endsWith(`/${wanted}`))
  if (member === undefined) {
    const nearest = nearestNames(
      basename(wanted),
      members.map((name) => basename(name)),
    )
    const hint = nearest.length === 0 ? {} : { hint: `Did you mean ${nearest.join(', ')}?` }
    throw new LkftError('UNKNOWN_NAME', `${archive} holds no device tree '${wanted}'`, hint)
  }
  const file = join(folder, 'board.dtb')
  const output = createWriteStream(file)
  await runForOutput(
    { argv: ['tar', '--extract', '--to-stdout', '--file', archive, '--', member] },
    { signal, keepBytes: 0, onBytes: (chunk, from) => from === 'stdout' && output.write(chunk) },
  )
  await new Promise<void>((resolve, reject) => {
    output.once('error', reject)
    output.end(resolve)
  })
  if ((await stat(file)).size === 0) throw new LkftError('BAD_ARGUMENT', `${archive}: ${member} is empty`)
  return file
}
