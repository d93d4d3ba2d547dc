import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sharedBuild } from '../support/shared-kernel.ts'
import { boot } from './boot-run.ts'

// Arm's models cannot be had here. The stand-in tells its terminals and takes its options as they do, and boots by QEMU.
const standIn = join(import.meta.dirname, 'stand-in-model.mjs')

let folder: string
let words: readonly string[]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-fvp-test-'))
  const firmware = { bl1: 'bp.secureflashloader.fname', fip: 'bp.flashloader0.fname', uefi: 'bp.flashloader1.fname' }
  const options: string[] = []
  for (const [name, content] of Object.entries({ ...firmware, dtb: 'a device tree' })) {
    await writeFile(join(folder, name), `${content}\n`)
    options.push(`--${name}`, join(folder, name))
  }
  const build = await sharedBuild('arm64')
  words = ['--build', build, '--device', 'fvp-aemva', '--fvp-binary', standIn, ...options]
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

test('a stand-in for the model boots a real kernel, and tests run over its console; after a panic in a new one', async () => {
  const commands = ['uname -m | grep aarch64', 'false', 'echo c >/proc/sysrq-trigger', 'echo after']
  const booted = await boot(...words, ...commands.flatMap((command) => ['--command', command]))
  expect(
    booted.results.map(({ status, reason }) => [status, reason]),
    booted.stderr,
  ).toEqual([
    ['pass', undefined],
    ['fail', 'assert'],
    ['fail', 'crash'],
    ['pass', undefined],
  ])
  expect(booted.run).toMatchObject({ verdict: 'crash', device: 'fvp-aemva', arch: 'arm64', machines: { started: 2 } })
  expect(booted.run.crashes[0]).toMatchObject({ kind: 'panic', test: 'commands/echo c >/proc/sysrq-trigger' })
})

test('a model that ends by itself is the infrastructure’s fault, with its last words', async () => {
  await writeFile(join(folder, 'fip'), 'something else\n')
  const booted = await boot(...words, '--command', 'true')
  expect(booted).toMatchObject({ code: 3, run: { verdict: 'infra', kernel_started: false } })
  expect(booted.run.cause?.message).toContain('bp.flashloader0.fname is not its firmware')
})
