import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import { makeKernelTree } from '../support/kernel-tree.ts'
import { runLkft } from '../support/run-lkft.ts'

let folder: string
let source: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-plan-'))
  source = await makeKernelTree(join(folder, 'tree'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const plan = `
version: 1
name: two builds
builds:
  - name: good
    target-arch: x86_64
    kconfig: tinyconfig
    targets: [config, kernel]
  - name: bad
    target-arch: x86_64
    kconfig: tinyconfig
    targets: [config, make:broken]
boots:
  - device: qemu-x86_64
    suites: [boot, kunit]
`

test('a plan runs builds, boots and report into one directory, and a failing build stops no other cell', async () => {
  const file = join(folder, 'lkft.yaml')
  const out = join(folder, 'out')
  await writeFile(file, plan)
  const listed = await runLkft(['run', file, '--source', source, '-o', out, '--dry-run'])
  expect(listed.stderr).toBe('')
  expect(listed.stdout).toMatch(/ make .*tinyconfig$/m)
  expect(listed.stdout).toMatch(/^qemu-system-x86_64 .*-kernel/m)
  expect(existsSync(out)).toBe(false)

  const ran = await runLkft(['run', file, '--source', source, '-o', out, '--json'])
  const outcome = JSON.parse(ran.stdout) as {
    cells: { name: string; verdict: string | null }[]
    report: { verdict: string }
  }
  expect(outcome.cells.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['good', 'pass'],
    ['qemu-x86_64-good', 'pass'],
    ['bad', 'fail'],
    ['qemu-x86_64-bad', null],
  ])
  expect(ran.code).toBe(1)
  const run = await readStage('run', join(out, 'runs/qemu-x86_64-good'))
  expect(run.counts.pass).toBeGreaterThan(10)
  expect(run.environment).toBe('qemu-x86_64-good')
  const page = await readFile(join(out, 'report/report.md'), 'utf8')
  expect(page).toContain('qemu-x86_64-bad')

  const again = await runLkft(['run', file, '--source', source, '-o', out, '--json', '--resume'])
  const resumed = JSON.parse(again.stdout) as { cells: { name: string; resumed: boolean }[] }
  expect(resumed.cells.filter((cell) => cell.resumed).map(({ name }) => name)).toEqual([
    'good',
    'qemu-x86_64-good',
    'bad',
  ])
  expect(again.code).toBe(1)

  const second = join(folder, 'second')
  const compared = await runLkft(['run', file, '--source', source, '-o', second, '--baseline', out, '--json'])
  const { report } = JSON.parse(compared.stdout) as { report: { verdict: string } | null }
  expect(report?.verdict).not.toBe('regression')
  expect(compared.code).not.toBe(1)
})

test('SIGTERM ends the cell that runs, marks it cancelled and starts no other', async () => {
  const file = join(folder, 'slow.yaml')
  const out = join(folder, 'slow')
  await writeFile(
    file,
    plan.replace('name: good', 'name: slow').replace('targets: [config, kernel]', 'targets: [config, make:sleep]'),
  )
  let sent = false
  const ended = await runLkft(['run', file, '--source', source, '-o', out, '--verbose'], {
    started: (pid, told) => {
      const timer = setInterval(() => {
        if (!told().includes('asleep.o')) return
        clearInterval(timer)
        sent = true
        process.kill(pid, 'SIGTERM')
      }, 50)
    },
  })
  expect(sent).toBe(true)
  expect(ended.code).toBe(143)
  const build = await readStage('build', join(out, 'builds/slow'), { allowUnfinished: true })
  expect(build.state).toBe('cancelled')
  expect(existsSync(join(out, 'builds/bad'))).toBe(false)
})
