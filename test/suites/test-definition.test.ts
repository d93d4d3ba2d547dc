import { chmod, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { cpioFile, cpioTrailer, fileType } from '#files/cpio'
import { boot } from '../boot/boot-run.ts'
import { runLkft } from '../support/run-lkft.ts'
import { sharedBuild } from '../support/shared-kernel.ts'

let build: string
let folder: string

beforeAll(async () => {
  build = await sharedBuild('x86_64')
  folder = await mkdtemp(join(tmpdir(), 'lkft-test-definitions-'))
})

const put = async (path: string, content: string): Promise<string> => {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
  return file
}

/** In the style of test-definitions: a library, a script beside the definition, results through a file and a helper. */
const library = `report() { lava-test-case "$1" --result "$2" --measurement "$3" --units "$4"; }\n`
const program = `#!/bin/sh
. ../../lib/sh-test-lib
lava-test-set start timing
report latency pass 12.5 us
report latency-max fail 99 us
lava-test-set stop
lava-test-case "kernel $1" --shell "uname -r | grep -q '^6'"
lava-test-case broken --shell false
lava-test-case elsewhere --result skip
`
const definition = `metadata: {name: timing, format: Lava-Test Test Definition 1.0, description: a sample}
params: {WHICH: default}
run:
  steps:
    - cd .
    - ./timing.sh "$WHICH"
`

test('a test definition with its library runs in the guest; lists skip tests and expect failures', async () => {
  const file = await put('automated/linux/timing/timing.yaml', definition)
  await put('automated/lib/sh-test-lib', library)
  const script = await put('automated/linux/timing/timing.sh', program)
  await chmod(script, 0o755)
  const runtest = await put('ltp.cpio', '')
  await writeFile(
    runtest,
    Buffer.concat([
      ...['opt', 'opt/ltp', 'opt/ltp/runtest'].map((path) => cpioFile(path, fileType.directory | 0o755)),
      cpioFile(
        'opt/ltp/runtest/io',
        fileType.regular | 0o644,
        'conf exit 32\nwarned exit 4\nbroken exit 2\nboth exit 3\nslow sleep 9\n',
      ),
      cpioTrailer(),
    ]),
  )
  const skip = await put('skip.txt', 'ltp-io/slow # takes too long\n')
  const known = await put('known.txt', 'timing/broken # bug 7\nltp-io/both\n')
  const booted = await boot(
    `--build=${build}`,
    `--test-definition=${file}`,
    '--parameter=WHICH=chosen',
    '--suite=ltp-io',
    `--overlay=${runtest}`,
    `--skip-file=${skip}`,
    `--expect-failures=${known}`,
    '--suite-timeout=ltp-io=1',
  )
  const results = booted.results.map(({ suite, test: name, status, reason, measurement, unit }) =>
    [`${suite}/${name}`, status, reason, measurement, unit].filter((word) => word !== undefined).join(' '),
  )
  expect(results.toSorted()).toEqual([
    'ltp-io/both xfail',
    'ltp-io/broken fail error',
    'ltp-io/conf skip',
    'ltp-io/slow skip',
    'ltp-io/warned fail assert',
    'timing/broken xfail',
    'timing/elsewhere skip',
    'timing/kernel chosen pass',
    'timing/timing.latency pass 12.5 us',
    'timing/timing.latency-max fail assert 99 us',
  ])
  expect(booted.run.reproduce).toContain('--test-definition')
})

test('a test definition comes from a URL; a step that fails, or nothing at the URL, is told', async () => {
  const failing =
    'metadata: {name: short}\nrun: {steps: [lava-test-case one --result pass, "false", lava-test-case two --result pass]}\n'
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/short.yaml' ? 200 : 404
    response.end(failing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    const booted = await boot('--build', build, '--test-definition', `${url}/short.yaml`)
    expect(booted.results.map(({ suite, test: name, status }) => `${suite}/${name} ${status}`)).toEqual([
      'short/one pass',
      'short/run fail',
    ])
    const absent = await runLkft([
      'boot',
      '--build',
      build,
      '--test-definition',
      `${url}/absent.yaml`,
      '-o',
      join(folder, 'run'),
    ])
    expect([absent.code, absent.stderr]).toEqual([3, expect.stringContaining('FETCH_FAILED')])
  } finally {
    server.close()
  }
})
