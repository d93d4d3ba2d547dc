import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '#process/run-command'

/**
 * Some test machines lack what podman's default runtime wants (new cgroups, high
 * limits). Where a plain `podman info` with defaults cannot start a container,
 * tests get a containers.conf of their own; the product never sets these.
 */
export async function prepareContainers(root: string): Promise<void> {
  const file = join(root, '.cache/containers.conf')
  await mkdir(join(root, '.cache'), { recursive: true })
  const text = [
    '[containers]',
    'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]',
    '',
    '[engine]',
    'runtime = "runc"',
    '',
  ]
  await writeFile(file, text.join('\n'))
  process.env['CONTAINERS_CONF'] = file
  const { exitCode } = await runCommand({ argv: ['podman', 'info'], env: { CONTAINERS_CONF: file } })
  if (exitCode !== 0) console.log('note: podman does not answer; tests that need it will fail')
}
