import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { describeOutcome } from '#cli/run/outcome'
import { type PlanRun, runPlan, type Stages } from '#cli/run/run-plan'
import { LkftError } from '#errors/lkft-error'
import { writeJsonAtomic } from '#files/write-atomic'
import { silentReporter } from '#log/reporter'
import { expandPlan } from '#plan/expand-plan'
import { testNames as names } from '#plan/names-for-tests'
import type { Jobs, Report } from '#schema/documents'

let folder: string
let started: string[]
const context = { reporter: silentReporter, signal: new AbortController().signal }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-run-'))
  started = []
})
afterEach(() => rm(folder, { recursive: true }))

const jobs: Jobs = expandPlan(
  {
    version: 1,
    name: 'two',
    builds: [{ 'target-arch': ['x86_64', 'arm64'] }],
    boots: [{ device: ['qemu-x86_64', 'qemu-arm64'], suites: ['boot'] }],
  },
  { names },
)

const times = { started: '2026-11-23T13:00:00Z', finished: '2026-11-23T13:01:00Z', duration_seconds: 60 }
const cause = { code: 'X', message: 'why' }

const buildRecord = {
  version: 1,
  kind: 'build',
  state: 'done',
  name: 'n',
  ...times,
  request: {
    target_arch: 'x86_64',
    toolchain: 'gcc',
    llvm: false,
    kconfig: 'defconfig',
    kconfig_add: [],
    targets: [],
    make_variables: {},
    environment: {},
    runtime: 'null',
    image: null,
    jobs: 1,
  },
  source: { kernel_version: '6.12.0', kernel_release: '6.12.0', git: null },
  compiler: null,
  container: null,
  targets: [],
  artifacts: [],
  kernel: null,
  kconfig: { sha256: null, requested: [] },
  diagnostics: { errors: 0, warnings: 0, by_flag: {} },
  reproduce: null,
  lkft: { version: '0.1.0' },
}

const runRecord = {
  version: 1,
  kind: 'run',
  state: 'done',
  environment: 'e',
  device: 'd',
  board: null,
  arch: 'x86_64',
  ...times,
  kernel: { release: null, file: 'bzImage', sha256: null, build: 'n', commit: null },
  suites: [],
  counts: { pass: 0, fail: 0, skip: 0, xfail: 0 },
  crashes: [],
  timings: { first_byte_seconds: null, boot_seconds: null },
  kernel_started: true,
  emulator: null,
  missing: [],
  reproduce: 'lkft boot',
  lkft: { version: '0.1.0' },
}

/** Stages that write a valid directory with the verdict of that name, or throw. */
function stages(verdicts: Record<string, 'pass' | 'fail' | 'infra' | LkftError>): Stages {
  const run = async (kind: 'build' | 'run', outputDir: string): Promise<never> => {
    const name = outputDir.split('/').at(-1) ?? ''
    started.push(name)
    const verdict = verdicts[name] ?? 'pass'
    if (verdict instanceof LkftError) throw verdict
    const record = {
      ...(kind === 'build' ? buildRecord : runRecord),
      verdict,
      cause: verdict === 'pass' ? null : cause,
    }
    await mkdir(outputDir, { recursive: true })
    await writeJsonAtomic(join(outputDir, `${kind}.json`), record)
    return record as never
  }
  return {
    build: ({ outputDir }) => run('build', outputDir),
    boot: ({ outputDir }) => run('run', outputDir),
    lab: ({ outputDir }) => run('run', outputDir),
    report: async ({ current, expected }) => {
      started.push(`report of ${current.length}, expecting ${expected?.length}`)
      return { verdict: 'pass', summary: 'all well' } as Report
    },
    exitCodeOfReport: () => 0,
  }
}

const plan = (rest: Partial<PlanRun> = {}): PlanRun => ({
  jobs,
  baseline: [],
  resume: false,
  places: { planFolder: folder, source: folder, outputDir: join(folder, 'out') },
  ...rest,
})

test('each build is followed by its boots, then comes the report', async () => {
  const outcome = await runPlan(plan(), stages({}), context)
  expect(started).toEqual([
    'x86_64-gcc-defconfig',
    'qemu-x86_64-x86_64-gcc-defconfig',
    'arm64-gcc-defconfig',
    'qemu-arm64-arm64-gcc-defconfig',
    'report of 4, expecting 4',
  ])
  expect(outcome.exitCode).toBe(0)
  expect(describeOutcome(outcome)[0]).toBe('two: 4 of 4 cells passed')
})

test('a build that fails takes its boots with it and stops no other; the kernel outranks the machine', async () => {
  const broken = { 'x86_64-gcc-defconfig': 'fail', 'qemu-arm64-arm64-gcc-defconfig': 'infra' } as const
  const outcome = await runPlan(plan(), stages(broken), context)
  expect(outcome.cells.map(({ verdict }) => verdict)).toEqual(['fail', null, 'pass', 'infra'])
  expect(outcome.exitCode).toBe(1)
  const noKernel = await runPlan(plan({ baseline: ['before'] }), stages(broken), context)
  expect(noKernel.exitCode).toBe(3)
})

test('a cell that cannot start is told with its code, the others run', async () => {
  const missing = new LkftError('TOOL_MISSING', 'no compiler', { hint: 'apt-get install gcc' })
  const outcome = await runPlan(plan(), stages({ 'x86_64-gcc-defconfig': missing }), context)
  expect(outcome.cells[0]?.reason).toBe('no compiler apt-get install gcc [TOOL_MISSING]')
  expect(started).toContain('qemu-arm64-arm64-gcc-defconfig')
  expect(outcome.exitCode).toBe(2)
})

test('--resume leaves what is finished, and runs again what the machine spoilt or the plan changed', async () => {
  await runPlan(plan(), stages({ 'qemu-x86_64-x86_64-gcc-defconfig': 'infra' }), context)
  started = []
  const changed = structuredClone(jobs)
  const arm64 = changed.builds[1]
  if (arm64 !== undefined) Object.assign(arm64, { toolchain: 'clang', key: '0123456789abcdef' })
  const outcome = await runPlan(plan({ resume: true, jobs: changed }), stages({}), context)
  expect(started).toEqual([
    'qemu-x86_64-x86_64-gcc-defconfig',
    'arm64-gcc-defconfig',
    'qemu-arm64-arm64-gcc-defconfig',
    'report of 4, expecting 4',
  ])
  expect(outcome.cells.map(({ resumed }) => resumed)).toEqual([true, false, false, false])
})

test('an interruption starts nothing more', async () => {
  const controller = new AbortController()
  const whole = stages({})
  const stopping: Stages = {
    ...whole,
    boot: async (request, boot) => {
      controller.abort(new Error('interrupted by SIGTERM'))
      return whole.boot(request, boot)
    },
  }
  const running = runPlan(plan(), stopping, { ...context, signal: controller.signal })
  await expect(running).rejects.toThrow('interrupted by SIGTERM')
  expect(started).toEqual(['x86_64-gcc-defconfig', 'qemu-x86_64-x86_64-gcc-defconfig'])
})
