import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Run, TestResult } from '#schema/documents'
import { sharedBuild } from '../support/shared-kernel.ts'
import { makeRamdisk } from './lava/make-ramdisk.ts'

const here = join(import.meta.dirname, 'lava')
const root = join(import.meta.dirname, '../../.cache/lava/root')

interface JobEnd {
  readonly code: number
  readonly stderr: string
  readonly run: string
  readonly tests: string
}

type JobName = 'smoke' | 'panic' | 'missing' | 'late' | 'cancelled'

async function command(...argv: readonly [string, ...string[]]): Promise<string> {
  const [file, ...args] = argv
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${file} exited with ${code}: ${stdout.slice(-2000)}`)
  return stdout
}

const token = randomBytes(32).toString('hex')
let ended: Record<JobName, JobEnd> & { server_state: string }

beforeAll(async () => {
  const build = await sharedBuild('x86_64')
  const folder = await mkdtemp(join(tmpdir(), 'lkft-lava-full-'))
  const [ramdisk, tokenFile] = [join(folder, 'ramdisk.cpio'), join(folder, 'token')]
  await makeRamdisk(ramdisk)
  await writeFile(tokenFile, `${token}\n`, { mode: 0o600 })
  await command('sh', join(here, 'install.sh'), root)
  const jobs = fileURLToPath(new URL('./lava/run-jobs.ts', import.meta.url))
  const program = [process.execPath, jobs, build, ramdisk, tokenFile] as const
  const stdout = await command('sh', join(here, 'in-namespaces.sh'), root, token, ...program)
  ended = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as typeof ended
  await rm(folder, { recursive: true })
})

function record(name: JobName): Run {
  return JSON.parse(ended[name].run) as Run
}

describe('jobs on a real LAVA server', () => {
  test('give their results, measurements and KUnit, a failed test exits with 1', () => {
    const lines = ended.smoke.tests.trim().split('\n')
    const tests = lines.map((line) => JSON.parse(line) as TestResult)
    expect(tests.filter(({ suite }) => suite === 'smoke')).toMatchObject([
      { test: 'uname', status: 'pass' },
      { test: 'must-fail', status: 'fail' },
      { test: 'skipped', status: 'skip' },
      { test: 'speed', status: 'pass', measurement: 3.5, unit: 'seconds' },
    ])
    expect(tests.filter(({ suite, status }) => suite === 'kunit' && status === 'pass').length).toBeGreaterThan(5)
    expect(record('smoke')).toMatchObject({ verdict: 'fail', board: 'qemu01', device: 'qemu', kernel_started: true })
    expect(ended.smoke.code).toBe(1)
  })

  test('call a panic a crash, where LAVA says that a login timed out', () => {
    expect(record('panic')).toMatchObject({ verdict: 'crash', cause: { message: expect.stringContaining('panic') } })
    expect(ended.panic.code).toBe(1)
  })

  test("call a file that is not there the caller's fault", () => {
    expect(record('missing')).toMatchObject({ verdict: 'error', kernel_started: false })
    expect(ended.missing.code).toBe(2)
  })

  test('call a test that takes too long a timeout', () => {
    expect(record('late')).toMatchObject({ verdict: 'timeout', kernel_started: true })
    expect(ended.late.code).toBe(1)
  })

  test('are cancelled on the server when lkft is stopped', () => {
    expect(record('cancelled')).toMatchObject({ state: 'cancelled', verdict: 'cancelled' })
    expect(ended.cancelled.code).toBe(143)
    expect(ended.server_state).toBe('Finished Canceled')
  })

  test('never show the token', () => {
    expect(JSON.stringify(ended)).not.toContain(token)
  })
})
