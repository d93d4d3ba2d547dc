import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { withLock } from './with-lock.ts'

const run = promisify(execFile)
const cache = join(import.meta.dirname, '../../.cache')

export interface LocalRegistry extends AsyncDisposable {
  /** e.g. `127.0.0.1:40123`. */
  readonly host: string
  /** What podman needs to speak plain HTTP with it. */
  readonly env: Readonly<Record<string, string>>
}

/** Debian's container registry as a process of the test, its storage in `folder`; the package is opened, not installed. */
export async function startRegistry(folder: string): Promise<LocalRegistry> {
  const program = await registryProgram()
  const host = `127.0.0.1:${await freePort()}`
  await mkdir(folder, { recursive: true })
  const config = [
    'version: 0.1',
    'log: {level: error}',
    `storage: {filesystem: {rootdirectory: ${join(folder, 'storage')}}}`,
    `http: {addr: ${host}}`,
    '',
  ]
  await writeFile(join(folder, 'config.yml'), config.join('\n'))
  await writeFile(join(folder, 'registries.conf'), `[[registry]]\nlocation = "${host}"\ninsecure = true\n`)
  const child = spawn(program, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
  for (let tries = 0; tries < 300 && !(await answers(host)); tries++) await sleep(100)
  return {
    host,
    env: { CONTAINERS_REGISTRIES_CONF: join(folder, 'registries.conf') },
    [Symbol.asyncDispose]: async () => {
      child.kill()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

async function registryProgram(): Promise<string> {
  if (existsSync('/usr/bin/docker-registry')) return '/usr/bin/docker-registry'
  const folder = join(cache, 'docker-registry')
  const program = join(folder, 'usr/bin/docker-registry')
  await withLock(join(cache, 'locks', 'docker-registry'), async () => {
    if (existsSync(program)) return
    const work = join(cache, 'docker-registry.new')
    await rm(work, { recursive: true, force: true })
    await mkdir(work, { recursive: true })
    await run('apt-get', ['download', 'docker-registry'], { cwd: work })
    await run('sh', ['-c', 'dpkg-deb -x docker-registry_*.deb .'], { cwd: work })
    await rename(work, folder)
  })
  return program
}

async function answers(host: string): Promise<boolean> {
  return fetch(`http://${host}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
