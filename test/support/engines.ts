import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { lkftRoot } from './run-lkft.ts'

const run = promisify(execFile)

const isRoot = process.getuid?.() === 0
const asRoot = (...words: string[]): [string, ...string[]] =>
  isRoot ? (words as [string, ...string[]]) : ['sudo', '-n', '--preserve-env', ...words]

export interface DockerDaemon extends AsyncDisposable {
  /** What docker's client needs to find it. */
  readonly env: Readonly<Record<string, string>>
}

/** A docker daemon of the test's own below `folder`, without a network bridge, so that it changes nothing of the machine. */
export async function startDocker(folder: string): Promise<DockerDaemon> {
  await mkdir(folder, { recursive: true })
  const host = `unix://${folder}/docker.sock`
  const places = [
    `--data-root=${folder}/data`,
    `--exec-root=${folder}/exec`,
    `--pidfile=${folder}/pid`,
    `--host=${host}`,
  ]
  const quiet = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--group', String(process.getgid?.() ?? 0)]
  const [program, ...words] = asRoot('dockerd', ...places, ...quiet)
  let said = ''
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)))
  const answers = async (): Promise<boolean> =>
    run('docker', ['version'], { env: { ...process.env, DOCKER_HOST: host } }).then(
      () => true,
      () => false,
    )
  for (let tries = 0; !(await answers()); tries++) {
    if (child.exitCode !== null || tries > 300) throw new Error(`dockerd does not answer: ${said}`)
    await sleep(200)
  }
  return {
    env: { DOCKER_HOST: host },
    [Symbol.asyncDispose]: async () => {
      child.kill()
      if (child.exitCode === null) await once(child, 'exit')
      // What it mounted and wrote is root's.
      const [rm, ...rest] = asRoot('rm', '-rf', folder)
      await run(rm, rest)
    },
  }
}

/** A user without privileges, in whose podman the machine's root has no part. */
export interface RootlessUser {
  /** Runs a shell script as that user; `cwd` is /. */
  readonly run: (script: string, env?: Readonly<Record<string, string>>) => Promise<string>
  /** A folder that belongs to the user. */
  readonly home: string
}

const uid = 65534

/**
 * Rootless podman as `nobody`, its storage below `folder`. The user gets its range of
 * ids in a mount namespace of its own: the machine's /etc/subuid stays as it is.
 */
export async function rootlessUser(folder: string): Promise<RootlessUser> {
  const home = join(folder, 'home')
  await mkdir(join(home, '.config/containers'), { recursive: true })
  await mkdir(join(home, 'run'), { mode: 0o700 })
  await chmod(folder, 0o755)
  await writeFile(join(folder, 'subid'), 'nobody:200000:65536\n')
  // Not every machine lets a user mount overlays or use fuse; copying works everywhere.
  await writeFile(join(home, '.config/containers/storage.conf'), '[storage]\ndriver = "vfs"\n')
  const conf = '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n'
  const engine = '[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
  await writeFile(join(home, '.config/containers/containers.conf'), `${conf}${engine}`)
  const [chown, ...rest] = asRoot('chown', '-R', `${uid}:${uid}`, home)
  await run(chown, rest)
  // The clone may lie in a home that the user cannot enter.
  await mkdir(join(folder, 'program'))
  const prepare = `mount --bind "$2" "$0/program" && mount --bind "$0/subid" /etc/subuid && mount --bind "$0/subid" /etc/subgid && cd / &&
    exec setpriv --reuid=${uid} --regid=${uid} --clear-groups --inh-caps=-all sh -ec "$1"`
  return {
    home,
    run: async (script, env = {}) => {
      const [unshare, ...words] = asRoot('unshare', '--mount', 'sh', '-c', prepare, folder, script, lkftRoot)
      const own = {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        XDG_RUNTIME_DIR: join(home, 'run'),
        CONTAINERS_CONF: join(home, '.config/containers/containers.conf'),
        LKFT: join(folder, 'program/bin/lkft'),
        ...env,
      }
      const ended = await run(unshare, words, { cwd: '/', env: own, maxBuffer: 1 << 28 }).catch((error: unknown) => {
        const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
        throw new Error(`the user’s script failed: ${stdout}${stderr}`, { cause: error })
      })
      return ended.stdout
    },
  }
}
