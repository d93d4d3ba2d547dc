import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runForOutput } from '#process/run-command'
import { newerDebian } from './newer-debian.ts'

/** Ceph's S3 server, on files of its own, without a cluster. */
export interface RadosGateway extends AsyncDisposable {
  readonly url: string
  readonly keyId: string
  readonly secret: string
}

/** Starts it on loopback, with one user; a program that does not start is an error. */
export async function startRadosGateway(port: number): Promise<RadosGateway> {
  const debian = await newerDebian()
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
  const command = (program: string, ...args: string[]): [string, ...string[]] =>
    debian.command(program, '--no-mon-config', '-c', config, '-n', 'client.rgw', ...args)
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
