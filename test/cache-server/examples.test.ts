import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSettings } from '#cache-server/read-settings'
import { runCommand } from '#process/run-command'

const examples = new URL('../../examples/cache-server/', import.meta.url).pathname
const lkft = new URL('../../bin/lkft', import.meta.url).pathname

test('the systemd units are sound, and the service is exposed to little', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-units-'))
  await cp(examples, folder, { recursive: true })
  const file = join(folder, 'lkft-cache.service')
  await writeFile(file, (await readFile(file, 'utf8')).replace('/usr/local/bin/lkft', lkft))
  const units = [file, join(folder, 'lkft-cache.socket')]
  const verified = await runCommand({ argv: ['systemd-analyze', 'verify', '--man=no', ...units] })
  expect(verified).toMatchObject({ exitCode: 0, stderr: '' })
  // In tenths: 1.3 today, 10 is everything allowed.
  const judged = await runCommand({
    argv: ['systemd-analyze', 'security', '--offline=true', '--threshold=15', file],
  })
  expect(judged.exitCode, judged.stdout).toBe(0)
  await rm(folder, { recursive: true })
})

test.for(['cache.yaml', 'cache-behind-nginx.yaml'])('the example %s is a configuration', async (name) => {
  const settings = await readSettings({ dir: '/srv/cache', config: join(examples, name), allowHost: [] })
  expect(settings.allow.map(({ host }) => host)).toContain('cdn.kernel.org')
  expect(settings.disk.quota).toBe(500 * 2 ** 30)
})
