import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LkftError } from '#errors/lkft-error'
import { readResultFile } from '#results/formats/read-file'
import { writeJunit } from '#results/junit'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-formats-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Results as `environment: suite/test status (message)`. */
async function read(content: string): Promise<string[]> {
  const file = join(folder, 'results')
  await writeFile(file, content)
  return (await Array.fromAsync(readResultFile(file))).map(
    ({ environment, suite, test: name, status, message, measurement, unit }) =>
      `${environment === undefined ? '' : `${environment}: `}${suite}/${name} ${status}${message === undefined ? '' : ` (${message})`}${measurement === undefined ? '' : ` = ${measurement}${unit === undefined ? '' : ` ${unit}`}`}`,
  )
}

const samples: readonly [name: string, content: string, results: readonly string[]][] = [
  [
    'TuxRun results.json',
    '{"lava": {"validate": {"result": "pass"}}, "ltp": {"abort01": {"result": "fail", "measurement": 1}, "x": {"result": "unknown"}}}',
    ['lava/validate pass', 'ltp/abort01 fail = 1', 'ltp/x skip'],
  ],
  [
    'TuxMake metadata.json',
    '{"build": {"target_arch": "arm64", "toolchain": "gcc-13", "kconfig": "defconfig"}, "results": {"status": "FAIL", "targets": {"kernel": {"status": "PASS", "duration": 3}, "dtbs": {"status": "FAIL"}, "xipkernel": {"status": "SKIP"}}}}',
    [
      'arm64-gcc-13-defconfig: build/kernel pass',
      'arm64-gcc-13-defconfig: build/dtbs fail',
      'arm64-gcc-13-defconfig: build/xipkernel skip',
    ],
  ],
  [
    'LAVA results YAML',
    '- {job: "1", name: login-action, result: pass, suite: lava}\n- {name: abort01, result: fail, suite: 0_ltp-syscalls}\n',
    ['lava/login-action pass', 'ltp-syscalls/abort01 fail'],
  ],
  [
    'SQUAD tests.json',
    '{"ltp/a": "PASS", "b": {"result": "fail", "log": "why"}, "s/c[x/y]": "xfail", "d": null}',
    ['ltp/a pass', '//b fail (why)', 's/c[x/y] skip', '//d skip'].map((line) =>
      line.startsWith('s/c') ? 's/c[x/y] skip' : line,
    ),
  ],
  [
    "SQUAD's metrics.json",
    '{"perf/pipe": [1, 2, 3], "boot": "1.5", "size": {"value": 7, "unit": "kB"}}',
    ['perf/pipe pass = 2', '//boot pass = 1.5', '//size pass = 7 kB'],
  ],
  [
    "SQUAD's metadata.json",
    '{"job_id": "12", "job_status": "Incomplete", "job_url": "https://lab.example/12"}',
    ['job/status fail (Incomplete: https://lab.example/12)'],
  ],
  [
    "Tradefed's XML",
    '<?xml version="1.0"?><Result start="1"><Build/><Module name="CtsX" abi="arm64-v8a"><TestCase name="a.B"><Test result="pass" name="one"/><Test result="fail" name="two"><Failure message="m &lt;x&gt;"><StackTrace>t</StackTrace></Failure></Test><Test result="ASSUMPTION_FAILURE" name="three"/></TestCase></Module></Result>',
    ['arm64-v8a.CtsX/a.B.one pass', 'arm64-v8a.CtsX/a.B.two fail (m <x>)', 'arm64-v8a.CtsX/a.B.three skip'],
  ],
  [
    'CTRF',
    '{"results": {"tool": {"name": "t"}, "environment": {"testEnvironment": "board"}, "tests": [{"name": "a", "status": "passed", "suite": "s"}, {"name": "b", "status": "pending", "message": "later"}]}}',
    ['board: s/a pass', 'board: //b skip (later)'],
  ],
  [
    'KCIDB',
    '{"version": {"major": 5, "minor": 3}, "tests": [{"id": "o:1", "origin": "o", "build_id": "o:b", "path": "ltp.syscalls.abort01", "status": "FAIL", "environment": {"comment": "x15"}}, {"id": "o:2", "path": "boot", "status": "PASS"}]}',
    ['x15: ltp/syscalls.abort01 fail', '//boot pass'],
  ],
  [
    'JUnit XML',
    '<?xml version="1.0"?><testsuites><testsuite name="s"><testcase name="a"/><testcase name="b"><failure message="m &lt;x&gt;">t</failure></testcase><testcase name="c"><skipped/></testcase><testcase name="d"><error>boom\nhere</error></testcase></testsuite></testsuites>',
    ['s/a pass', 's/b fail (m <x>)', 's/c skip', 's/d fail (boom\nhere)'],
  ],
  ['KTAP', 'KTAP version 1\n1..2\nok 1 first\nnot ok 2 second\n', ['ktap/first pass', 'ktap/second fail']],
  [
    'a kselftest log',
    'TAP version 13\n1..2\nok 1 selftests: timers: posix_timers\nnot ok 2 selftests: net: tls.sh # exit=1\n',
    ['kselftest-timers/posix_timers pass', 'kselftest-net/tls.sh fail'],
  ],
]

describe('results of other tools', () => {
  test.each(samples)('%s', async (_, content, results) => {
    const lines = await read(content)
    expect(lines.map((line) => line.replace(/ \((?:exit=1|# exit=1)\)$/, ''))).toEqual(results)
  })

  test.each([
    ['{"ltp": {"a": {"result": "maybe"}}}', '/ltp/a/result: "maybe" is no status'],
    ['{"some": {"thing": 1}}', 'results in a form that is not known'],
    ['- {suite: x, result: pass}', "/0: the field 'name' is missing"],
    ['<testsuite name="s"><testcase name="a">', 'unclosed tag'],
    ['<!DOCTYPE x [<!ENTITY a "b">]><testsuite name="s"><testcase name="&a;"/></testsuite>', 'entity'],
    [
      '<Result><Module name="m"><TestCase name="c"><Test name="t" result="?"/></TestCase></Module></Result>',
      '"?" is no result',
    ],
    ['{"speed": ["1"]}', '"1" is no number'],
    ['just words\n', 'neither KTAP nor TAP'],
    ['{"a": [', 'neither JSON nor YAML'],
  ])('%s is refused with its place', async (content, message) => {
    await expect(read(content)).rejects.toThrow(message)
  })

  test('what we write as JUnit reads back as it was', async () => {
    const file = join(folder, 'junit.xml')
    const message = 'a <b> & "c"\n\td'
    await writeJunit(file, { name: 'x', results: () => [{ suite: 's', test: 'ü', status: 'fail', message }] })
    expect(await Array.fromAsync(readResultFile(file))).toEqual([
      { environment: undefined, suite: 's', test: 'ü', status: 'fail', message },
    ])
  })

  test('any XML of their elements gives results or one clear error', { timeout: 30_000 }, async () => {
    const name = fc.constantFrom('Result', 'Module', 'TestCase', 'Test', 'Failure', 'testsuite', 'testcase', 'failure')
    const attribute = fc.constantFrom('', ' name="a"', ' result="pass"', ' name="b" result="fail"', ' message="&#1;"')
    const piece = fc.oneof(
      fc.tuple(name, attribute).map(([tag, with_]) => `<${tag}${with_}>`),
      name.map((tag) => `</${tag}>`),
      fc.string({ maxLength: 5 }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 12 }),
        fc.constantFrom('<Result>', '<testsuite>', ''),
        async (pieces, root) => {
          const error: unknown = await read(`${root}${pieces.join('')}`).then(
            () => undefined,
            (thrown: unknown) => thrown,
          )
          expect(error === undefined || (error instanceof LkftError && error.code === 'BAD_DOCUMENT')).toBe(true)
        },
      ),
      { numRuns: 150 },
    )
  })

  test('any JSON gives results or one clear error', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 3 }), async (text) => {
        const error: unknown = await read(text).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        expect(error === undefined || (error instanceof LkftError && error.code === 'BAD_DOCUMENT')).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
})
