import { describe, expect, test } from 'vitest'
import { expandPlan } from '#plan/expand-plan'
import { testNames as names } from '#plan/names-for-tests'
import type { Plan } from '#schema/documents'
import { findProblems } from '#schema/validate'

const plan = (rest: Partial<Plan>): Plan => ({
  version: 1,
  name: 'test',
  builds: [{ 'target-arch': ['x86_64', 'arm64'], toolchain: ['gcc', 'clang'] }],
  ...rest,
})

describe('builds', () => {
  test('every combination is a build with its own name', () => {
    const { builds } = expandPlan(plan({}), { names })
    expect(builds.map(({ id, name }) => `${id} ${name}`)).toEqual([
      'b1 x86_64-gcc-defconfig',
      'b2 x86_64-clang-defconfig',
      'b3 arm64-gcc-defconfig',
      'b4 arm64-clang-defconfig',
    ])
  })

  test('an alias of an architecture is the same build, made once and known by both names', () => {
    const jobs = expandPlan(
      plan({ builds: [{ 'target-arch': 'amd64' }, { 'target-arch': 'x86_64', name: 'again' }] }),
      { names },
    )
    expect(jobs.builds).toHaveLength(1)
    expect(jobs.builds[0]).toMatchObject({ name: 'x86_64-gcc-defconfig', also: ['again'] })
    expect(jobs.skipped[0]?.reason).toContain('built once')
  })

  test('the order of fragments makes a different build, the order of make variables does not', () => {
    const one = { 'target-arch': 'x86_64' as const }
    const { builds } = expandPlan(
      plan({
        builds: [
          { ...one, 'kconfig-add': ['a.config', 'b.config'], 'make-variables': { A: '1', B: '2' } },
          { ...one, 'kconfig-add': ['b.config', 'a.config'], 'make-variables': { A: '1', B: '2' } },
          { ...one, 'kconfig-add': ['a.config', 'b.config'], 'make-variables': { B: '2', A: '1' } },
        ],
      }),
      { names },
    )
    expect(builds).toHaveLength(2)
    expect(builds[1]?.name).toMatch(/^x86_64-gcc-defconfig-[0-9a-f]{6}$/)
  })

  test('exclude takes combinations away and include adds them', () => {
    const jobs = expandPlan(
      plan({
        builds: [
          {
            'target-arch': ['x86_64', 'arm64'],
            toolchain: ['gcc', 'clang'],
            exclude: [{ 'target-arch': 'arm64', toolchain: 'clang' }],
            include: [{ 'target-arch': 'riscv', kconfig: 'tinyconfig' }],
          },
        ],
      }),
      { names },
    )
    expect(jobs.builds.map(({ name }) => name)).toEqual([
      'x86_64-gcc-defconfig',
      'x86_64-clang-defconfig',
      'arm64-gcc-defconfig',
      'riscv-gcc-tinyconfig',
    ])
    expect(jobs.skipped).toEqual([
      { kind: 'build', name: 'arm64-clang-defconfig', reason: 'excluded by /builds/0/exclude' },
    ])
  })
})

describe('boots', () => {
  test('a device boots every build of its architecture, and each pair is an environment', () => {
    const { boots } = expandPlan(plan({ boots: [{ device: ['qemu-x86_64', 'qemu-arm64'], suites: ['boot'] }] }), {
      names,
    })
    expect(boots.map(({ environment, build }) => `${environment} ${build}`)).toEqual([
      'qemu-x86_64-x86_64-gcc-defconfig b1',
      'qemu-x86_64-x86_64-clang-defconfig b2',
      'qemu-arm64-arm64-gcc-defconfig b3',
      'qemu-arm64-arm64-clang-defconfig b4',
    ])
  })

  test('an environment is called the same when a change skips the other build', () => {
    const boots = [{ device: 'qemu-x86_64', suites: ['boot' as const] }]
    const builds: Plan['builds'] = [
      { 'target-arch': 'x86_64', paths: ['net/'] },
      { 'target-arch': 'x86_64', toolchain: 'clang' },
    ]
    const all = expandPlan(plan({ builds, boots: boots as never }), { names })
    const some = expandPlan(plan({ builds, boots: boots as never }), { names, changedPaths: ['mm/slub.c'] })
    expect(some.boots).toHaveLength(1)
    expect(all.boots.map(({ environment }) => environment)).toContain(some.boots[0]?.environment)
  })

  test('shards hold all suites once and are balanced by recorded time', () => {
    const minutes: Record<string, number> = { boot: 1, kunit: 4, 'ltp-smoke': 5, 'ltp-syscalls': 9 }
    const { boots } = expandPlan(
      plan({
        builds: [{ 'target-arch': 'x86_64' }],
        boots: [{ device: 'qemu-x86_64', suites: ['boot', 'kunit', 'ltp-smoke', 'ltp-syscalls'], shards: 2 }],
      }),
      { names, durations: { build: () => 7, suite: (_, suite) => minutes[suite] } },
    )
    expect(boots.map(({ suites, minutes: time }) => [suites, time])).toEqual([
      [['boot', 'ltp-syscalls'], 10],
      [['kunit', 'ltp-smoke'], 9],
    ])
    expect(new Set(boots.map(({ environment }) => environment)).size).toBe(1)
    expect(boots.map(({ name }) => name)).toEqual([
      'qemu-x86_64-x86_64-gcc-defconfig-1of2',
      'qemu-x86_64-x86_64-gcc-defconfig-2of2',
    ])
  })

  test('every wrong name is told at once, with place and nearest name', () => {
    const wrong = plan({
      builds: [{ 'target-arch': ['arm46'], toolchain: 'gccc' }],
      boots: [{ device: 'qemu-x86', suites: ['kunitt'] }],
    })
    expect(() => expandPlan(wrong, { names, place: (pointer) => `lkft.yaml:${pointer.length}` })).toThrow(
      /lkft\.yaml:21: \/builds\/0\/target-arch: unknown architecture 'arm46'; did you mean: arm64(.|\n)*toolchain 'gccc'(.|\n)*suite 'kunitt'(.|\n)*device 'qemu-x86'/,
    )
  })

  test('a build asked for by name must exist and fit the device', () => {
    const boot = { device: 'qemu-arm64', suites: ['boot' as const] }
    const ask = (builds: string): Plan => plan({ boots: [{ ...boot, suites: ['boot'], builds }] })
    expect(() => expandPlan(ask('x86_64-gcc-defconfig'), { names })).toThrow(/is built for x86_64, this needs arm64/)
    expect(() => expandPlan(ask('arm64-gcc-defconfg'), { names })).toThrow(/did you mean: arm64-gcc-defconfig/)
    expect(expandPlan(ask('*-clang-*'), { names }).boots.map(({ build }) => build)).toEqual(['b4'])
  })
})

test('the jobs of a plan follow their schema', async () => {
  const jobs = expandPlan(
    plan({
      boots: [{ device: 'qemu-arm64', suites: ['kunit'] }],
      labs: [{ board: 'boards/bbb-01.yaml', arch: 'arm64', suites: ['boot'] }],
      report: { 'fail-on': ['regression'] },
    }),
    { names },
  )
  expect(jobs.labs[0]).toMatchObject({ name: 'bbb-01-arm64-gcc-defconfig', runs_on: ['self-hosted', 'board:bbb-01'] })
  expect(await findProblems('jobs', jobs)).toEqual([])
})
