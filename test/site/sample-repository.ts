import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { silentReporter } from '#log/reporter'
import { runForOutput } from '#process/run-command'
import { pushResults } from '#report/push-results'
import { gitStore } from '#results/repository/git-branch'
import { writeRun } from '#report/sample-stages'
import type { Run, TestResult } from '#schema/documents'
import { runLkft } from '../support/run-lkft.ts'

/** Names that try to be markup, to turn text round, to clear a terminal or to burst a page. */
export const hostile = {
  suite: '<script>document.title="owned"</script>',
  test: '"><img src=x onerror=\'document.title="owned"\'>\u202edrow\u0007\u001b[2J',
  long: `very_${'long_'.repeat(800)}name`,
  branch: '<b onclick=alert(1)>branch</b>',
} as const

export const environments = ['qemu-arm64', 'qemu-x86_64', 'rpi4-clang', 'dragonboard-845c-gcc'] as const

/** How many builds of linux-next there are; the last comes in through the command. */
export const builds = 12

const oops: Run['crashes'][number] = {
  signature: 'a1b2c3d4e5f60718',
  kind: 'oops',
  severity: 'fatal',
  title: 'Unable to handle kernel NULL pointer dereference in ext4_fill_super',
  location: 'fs/ext4/super.c:5712',
  cpu: 2,
  task: 'mount',
  trace: [
    'ext4_fill_super+0x3a4/0x1c80',
    'get_tree_bdev+0x148/0x1e0',
    'ext4_get_tree+0x1c/0x28',
    'vfs_get_tree+0x2c/0x100',
  ],
  line: 1204,
  test: null,
}

/** What one environment of one build says; `number` counts up with the builds. */
function sampleResults(number: number, environment: string, isHostile: boolean): TestResult[] {
  const suites = ['kselftest-timers', 'kunit', 'ltp-mm', 'ltp-syscalls']
  const list: TestResult[] = suites.flatMap((suite, place) =>
    Array.from({ length: 40 + place * 12 }, (_, index) => ({
      suite,
      test: `${suite.split('-').at(-1)}_case${String(index).padStart(2, '0')}`,
      status: index % 17 === 5 ? ('skip' as const) : ('pass' as const),
    })),
  )
  const fails = (suite: string, test: string, isFailing: boolean): void => {
    list.push({ suite, test, status: isFailing ? 'fail' : 'pass', ...(isFailing ? { message: 'expected 0' } : {}) })
  }
  fails('ltp-syscalls', 'fanotify13', true)
  fails('ltp-syscalls', 'openat203', number >= 8 && environment.includes('arm64'))
  fails('kunit', 'list.list_test_list_add', number >= builds - 1)
  fails('kselftest-timers', 'posix_timers', (number * 7 + environment.length) % 3 === 0)
  fails('ltp-mm', 'oom03', number < 6)
  if (!isHostile) return list
  list.push({ suite: hostile.suite, test: hostile.test, status: number % 2 === 0 ? 'pass' : 'fail' })
  list.push({ suite: 'kunit', test: hostile.long, status: number === builds - 1 ? 'fail' : 'pass' })
  return list
}

/**
 * A bare git repository with 12 builds of `linux-next` and 3 of `stable-6.12`, as
 * `lkft results push` writes them, the newest through the command itself.
 *
 * @param now time of the newest build
 * @param isHostile whether names are among them that no sane test has
 * @returns path of the repository
 */
export async function makeSampleRepository(folder: string, now: Date, isHostile = true): Promise<string> {
  const remote = join(folder, 'results.git')
  await runForOutput({ argv: ['git', 'init', '--quiet', '--bare', remote] })
  const store = gitStore({ remote, branch: 'results' })
  const context = { reporter: silentReporter, signal: new AbortController().signal }
  for (let number = 0; number < builds - 1; number++) {
    const created = new Date(now.getTime() - (builds - 1 - number) * 26 * 3_600_000)
    const current = [await writeBuildOfRuns(join(folder, `next-${number}`), number, isHostile)]
    const commit = String(number % 10).repeat(40)
    await pushResults({ store, project: 'linux-next', current, created, buildBranch: 'master', commit }, context)
  }
  for (let number = 0; number < 3; number++) {
    const created = new Date(now.getTime() - (3 - number) * 20 * 3_600_000)
    const current = [await writeBuildOfRuns(join(folder, `stable-${number}`), number, isHostile)]
    const buildBranch = number === 1 ? hostile.branch : 'linux-6.12.y'
    await pushResults({ store, project: 'stable-6.12', current, created, buildBranch }, context)
  }
  const newest = await writeBuildOfRuns(join(folder, 'next-newest'), builds - 1, isHostile)
  const words = ['results', 'push', '--repository', remote, '--project', 'linux-next', '--build-branch', 'master']
  const { code, stderr } = await runLkft([...words, '--current', newest])
  if (code !== 0) throw new Error(`lkft results push ended with ${code}: ${stderr}`)
  return remote
}

/** Known issues as a repository's `known-issues.yaml` has them. */
export async function writeKnownIssues(file: string): Promise<string> {
  const text = [
    'version: 1',
    'issues:',
    '  - title: fanotify13 needs overlayfs',
    '    test: ltp-syscalls/fanotify13',
    "    environments: ['qemu-*']",
    '    url: https://bugs.example.org/4711',
    '    owner: filesystems',
    '  - title: <i>expired</i>',
    '    test: kselftest-timers/**',
    '    until: 2020-01-01',
    '    url: javascript:alert(1)',
    '    intermittent: true',
  ]
  await writeFile(file, `${text.join('\n')}\n`)
  return file
}

async function writeBuildOfRuns(folder: string, number: number, isHostile: boolean): Promise<string> {
  for (const environment of environments) {
    const isCrashed = number >= builds - 2 && environment === 'rpi4-clang'
    await writeRun(join(folder, environment), sampleResults(number, environment, isHostile), {
      environment,
      device: environment,
      timings: { first_byte_seconds: 0.3, boot_seconds: 2 + ((number * 13) % 7) * 0.02 + (number > 8 ? 0.6 : 0) },
      kernel: { release: `6.13.0-rc1-next-${number}`, file: 'Image', sha256: null, build: null, commit: null },
      ...(isCrashed ? { crashes: [oops], verdict: 'crash' } : {}),
    })
  }
  return folder
}
