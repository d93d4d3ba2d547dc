import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Path of a program on this machine, by PATH; undefined when it is not installed. */
export async function findProgram(name: string): Promise<string | undefined> {
  const places = name.includes('/')
    ? [name]
    : (process.env['PATH'] ?? '').split(delimiter).map((dir) => join(dir, name))
  for (const place of places) {
    const runs = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs) return place
  }
  return undefined
}
