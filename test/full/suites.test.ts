import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { boot, type Booted } from '../boot/boot-run.ts'
import type { Claim } from '../support/claims.ts'
import { debianKernel } from '../support/debian-kernel.ts'
import { recordEvidence } from '../support/evidence.ts'
import { debianModules, programArchive, selftests } from '../support/suite-files.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-full-suites-'))))
afterAll(async () => rm(folder, { recursive: true, force: true }))

/** Programs that measure the host, which emulates and is busy, or take minutes. */
const skipped = `kselftest-timers/raw_skew             # minutes
kselftest-timers/inconsistency-check  # minutes
kselftest-timers/nsleep-lat           # measures the host
kselftest-timers/set-timer-lat        # measures the host
kselftest-timers/rtcpie               # measures the host
`
const expected = `kselftest-futex/run.sh.futex_requeue*  # waits 10 ms for its threads, too short for an emulator
`

/** perf's own tests from the twentieth on take minutes in an emulator. */
const perfTests = [
  'record=cd /tmp && perf record -e cpu-clock -o p.data -- sleep 1',
  'report=cd /tmp && perf report -i p.data --stdio',
  'stat=perf stat -- sleep 1',
  'test=perf test 1 2 3 4 5 6 7 8 9',
].join(';;')

async function list(name: string, text: string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

async function record(claim: Claim, command: string, { run, seconds }: Booted): Promise<void> {
  const { pass, fail, skip, xfail } = run.counts
  const counts = `${pass} pass, ${fail} fail, ${skip} skip${xfail === 0 ? '' : `, ${xfail} expected to fail`}`
  const figure = `${counts}; ${Math.round(seconds)} s under TCG`
  await recordEvidence({ claim, command: `lkft boot ${command}`, kernel: run.kernel.release ?? 'unknown', figure })
}

const failed = ({ results }: Booted): string[] =>
  results.filter(({ status }) => status === 'fail').map(({ test: name, message }) => `${name}: ${message}`)

test("the tree's selftests on Debian's kernel: size, futex, seccomp, timers", async () => {
  const archive = await selftests(['size', 'futex', 'seccomp', 'timers'])
  const lists = [
    `--skip-file=${await list('skip.txt', skipped)}`,
    `--expect-failures=${await list('expected.txt', expected)}`,
  ]
  const { kernel } = await debianKernel('linux-image-amd64', 'amd64')
  const suites = ['size', 'futex', 'seccomp', 'timers'].map((name) => `--suite=kselftest-${name}`)
  const where = ['--device=qemu-x86_64', '--memory=1G']
  const booted = await boot(`--kernel=${kernel}`, ...where, `--overlay=${archive}`, ...lists, ...suites)
  expect(failed(booted), booted.stderr).toEqual([])
  expect(booted.run.suites.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'pass'])
  expect(booted.run.counts.pass).toBeGreaterThan(100)
  await record(
    'suite-kselftest',
    `--kernel vmlinuz --overlay selftests.tar --skip-file LIST ${suites.join(' ')}`,
    booted,
  )
})

test("modules of Debian's kernel are loaded and unloaded, and give their memory back", async () => {
  const { kernel, archive } = await debianModules(/^(?:$|\/[^/]+$|\/kernel\/(?:lib|crypto|arch)(?:\/|$))/)
  const words = ['--suite=modules', '--parameter=MODULES_SUBDIRS=kernel/lib/crypto']
  const where = ['--device=qemu-x86_64', '--memory=1G']
  const booted = await boot(`--kernel=${kernel}`, ...where, `--modules=${archive}`, ...words)
  expect(failed(booted), booted.stderr).toEqual([])
  expect(booted.run.counts.pass).toBeGreaterThan(5)
  await record('suite-modules', `--kernel vmlinuz --modules modules.tar ${words.join(' ')}`, booted)
})

test("Debian's perf on Debian's kernel records, reports, counts and tests itself", async () => {
  const archive = await programArchive(['perf'])
  const { kernel } = await debianKernel('linux-image-amd64', 'amd64')
  const known = await list('known.txt', 'perf/test*  # a machine without hardware counters and compilers\n')
  const where = ['--device=qemu-x86_64', '--memory=1G']
  const words = ['--suite=perf', `--parameter=TESTS=${perfTests}`, `--expect-failures=${known}`]
  const booted = await boot(`--kernel=${kernel}`, ...where, `--overlay=${archive}`, ...words)
  expect(failed(booted), booted.stderr).toEqual([])
  for (const name of ['record', 'report', 'stat'])
    expect(booted.results.find((result) => result.test === name)).toMatchObject({ status: 'pass' })
  expect(booted.results.filter(({ test: name }) => name.startsWith('test.')).length).toBeGreaterThan(10)
  await record('suite-perf', '--kernel vmlinuz --overlay perf.tar --expect-failures LIST --suite perf', booted)
})
