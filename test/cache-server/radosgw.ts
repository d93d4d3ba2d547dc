import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runForOutput } from '#process/run-command'
import { withLock } from '../support/with-lock.ts'

const cache = join(import.meta.dirname, '../../.cache')

/** Ceph's S3 server, on files of its own, without a cluster. */
export interface RadosGateway extends AsyncDisposable {
  readonly url: string
  readonly keyId: string
  readonly secret: string
}

/** The first Debian whose radosgw needs no cluster (`dbstore`); only unpacked, and run by its own loader. */
const suite = 'trixie'

async function install(): Promise<string> {
  const root = join(cache, `radosgw-${suite}`)
  await withLock(join(cache, 'locks/radosgw'), async () => {
    if (existsSync(root)) return
    const folder = await mkdtemp(join(tmpdir(), 'lkft-radosgw-'))
    try {
      const packages = join(folder, 'packages')
      await runForOutput({
        argv: ['debootstrap', '--download-only', '--variant=minbase', '--include=radosgw', suite, packages],
      })
      const archives = join(packages, 'var/cache/apt/archives')
      const tree = `${root}.unpacking`
      await rm(tree, { recursive: true, force: true })
      for (const name of ['bin', 'lib', 'lib64', 'sbin']) {
        await mkdir(join(tree, 'usr', name), { recursive: true })
        await symlink(`usr/${name}`, join(tree, name))
      }
      for (const name of (await readdir(archives)).filter((one) => one.endsWith('.deb'))) {
        await runForOutput({ argv: ['dpkg-deb', '-x', join(archives, name), tree] })
      }
      await rename(tree, root)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
  return root
}

/** Starts it on loopback, with one user; a program that does not start is an error. */
export async function startRadosGateway(port: number): Promise<RadosGateway> {
  const root = await install()
  const folder = await mkdtemp(join(tmpdir(), 'lkft-s3-'))
  const config = join(folder, 'ceph.conf')
  await mkdir(join(folder, 'data'))
  await writeFile(join(folder, 'keyring'), '')
  await writeFile(
    config,
    `[global]
rgw_backend_store = dbstore
rgw_config_store = dbstore
dbstore_db_dir = ${folder}/data
dbstore_config_uri = file:${folder}/data/config.db
rgw_data = ${folder}/data
auth_client_required = none
auth_supported = none
mon_host = 127.0.0.1
log_to_stderr = true
admin_socket =
keyring = ${folder}/keyring
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:${port}
`,
  )
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu')
  const command = (program: string, ...args: string[]): [string, ...string[]] => [
    join(root, 'usr/lib64/ld-linux-x86-64.so.2'),
    '--library-path',
    `${libraries}:${libraries}/ceph`,
    join(root, 'usr/bin', program),
    '--no-mon-config',
    '-c',
    config,
    '-n',
    'client.rgw',
    ...args,
  ]
  const [keyId, secret] = ['lkft', 'lkft-secret']
  const user = ['--uid', 'lkft', '--display-name', 'lkft', '--access-key', keyId, '--secret-key', secret]
  const [loader, ...args] = command('radosgw', '-f')
  const child: ChildProcess = spawn(loader, args, { stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const url = `http://127.0.0.1:${port}`
  while ((await fetch(url).catch(() => undefined)) === undefined) {
    if (child.exitCode !== null) throw new Error(`radosgw ended with ${child.exitCode}`)
    await sleep(100)
  }
  await runForOutput({ argv: command('radosgw-admin', 'user', 'create', ...user) })
  return {
    url,
    keyId,
    secret,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
