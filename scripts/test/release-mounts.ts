import { readFile } from 'node:fs/promises'
import { runCommand } from '#process/run-command'

/**
 * Unmounts what podman mounted under the project's cache folder: it binds its
 * storage onto itself and leaves that, so that the folder could not be removed.
 */
export async function releaseMounts(folder: string): Promise<void> {
  const table = await readFile('/proc/self/mounts', 'utf8').catch(() => '')
  const points = table.split('\n').map((line) => line.split(' ')[1] ?? '')
  for (const point of points.filter((path) => path.startsWith(`${folder}/`)).toReversed()) {
    await runCommand({ argv: ['umount', '--lazy', point] })
  }
}
