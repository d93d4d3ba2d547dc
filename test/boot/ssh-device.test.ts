import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { boot, statusOf } from './boot-run.ts'

const run = promisify(execFile)
const cache = join(import.meta.dirname, '../../.cache/lkft')

let folder: string
let server: ChildProcess
let target: readonly string[]

/** This machine's own OpenSSH server on a port of its own, with keys made here. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-sshd-'))
  for (const name of ['host', 'user']) {
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)])
  }
  const port = await freePort()
  const settings = {
    AuthorizedKeysFile: join(folder, 'user.pub'),
    HostKey: join(folder, 'host'),
    ListenAddress: '127.0.0.1',
    PermitRootLogin: 'yes',
    PidFile: 'none',
    Port: String(port),
    StrictModes: 'no',
    UsePAM: 'no',
  }
  const config = join(folder, 'sshd_config')
  const lines = Object.entries(settings).map((row) => `${row.join(' ')}\n`)
  await writeFile(config, lines.join(''))
  await mkdir('/run/sshd', { recursive: true })
  // A key of an earlier test's server on the same port would be refused.
  await run('ssh-keygen', ['-R', `[127.0.0.1]:${port}`, '-f', join(cache, 'known_hosts')]).catch(() => {})
  server = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: 'ignore' })
  const device = ['--device', 'ssh-device', '--ssh-host', '127.0.0.1', '--ssh-port', String(port)]
  target = [...device, '--ssh-identity-file', join(folder, 'user')]
})
afterAll(async () => {
  server.kill()
  await rm(folder, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

test('suites run on a machine behind ssh, with overlays and limits, and nothing is left there', async () => {
  const overlay = join(folder, 'overlay.tar')
  const tree = join(folder, 'tree')
  await mkdir(join(tree, folder), { recursive: true })
  await writeFile(join(tree, folder, 'added'), 'added\n')
  await run('tar', ['-C', tree, '-cf', overlay, '.'])
  const commands = [`cat ${folder}/added`, 'echo "a \'b\' <4>c"; exit 3', 'sleep 4242 & sleep 4242', 'test -d /lkft']
  const words = commands.flatMap((text) => ['--command', text])
  const booted = await boot(...target, '--overlay', overlay, '--suite', 'boot', ...words, '--test-timeout', '2')
  expect(
    booted.results
      .filter(({ suite }) => suite === 'commands')
      .map(({ test: name, status, reason }) => [name, status, reason]),
    booted.stderr,
  ).toEqual([
    [commands[0], 'pass', undefined],
    [commands[1], 'fail', 'assert'],
    [commands[2], 'fail', 'timeout'],
    [commands[3], 'pass', undefined],
  ])
  const release = (await run('uname', ['-r'])).stdout.trim()
  expect(booted.run).toMatchObject({ verdict: 'fail', device: 'ssh-device', kernel_started: true, kernel: { release } })
  expect(statusOf(booted, 'boot', 'shell')).toBe('pass')
  expect(await readFile(join(booted.directory, 'output.log'), 'utf8')).toContain("a 'b' <4>c")
  await expect(run('pgrep', ['-f', 'sleep 424[2]'])).rejects.toThrow('Command failed')
  await expect(run('ls', ['-d', '/lkft'])).rejects.toThrow('No such file')
})

test('a machine that cannot be reached, or refuses the key, is the infrastructure’s fault', async () => {
  const other = join(folder, 'other')
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other])
  const refused = await boot(...target.with(target.length - 1, other), '--command', 'true')
  expect(refused).toMatchObject({ code: 3, run: { verdict: 'infra', cause: { code: 'LAB_FAILED' } } })
  expect(refused.stderr).toContain('Permission denied')
  const nobody = await boot(...target.with(5, String(await freePort())), '--command', 'true', '--boot-timeout', '1')
  expect(nobody).toMatchObject({ code: 3, run: { verdict: 'infra', kernel_started: false } })
})
