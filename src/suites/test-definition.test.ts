import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listCpio } from '#files/list-cpio'
import { runForOutput } from '#process/run-command'
import { locateDefinition, packDefinitions } from '#suites/pack-definition'
import { definitionScript, readTestDefinition, suiteOfDefinition } from '#suites/test-definition'
import { judgeExpected } from '#suites/expect-results'
import { readTestLists } from '#suites/test-list'

const yaml = `metadata:
  format: Lava-Test Test Definition 1.0
  name: net checks
  description: |
    Looks at the network.
params:
  COUNT: 3
  WORDS: it's "two" $words
  EMPTY:
install:
  deps: [curl]
  steps:
    - echo installed
run:
  steps:
    - echo "$COUNT $WORDS"
    - false
    - echo never
`

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-definition-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const put = async (path: string, content: string): Promise<string> => {
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
  return file
}

describe('a test definition', () => {
  it('is a suite of its name', () => {
    const definition = readTestDefinition(yaml, 'a.yaml')
    expect(suiteOfDefinition(definition)).toMatchObject({
      name: 'net-checks',
      kind: 'lava',
      summary: 'Looks at the network.',
    })
    expect(definition.dependencies).toEqual(['curl'])
  })

  it('runs its steps in order with its parameters, until one fails', async () => {
    const script = await put('run.sh', definitionScript(readTestDefinition(yaml, 'a.yaml'), folder))
    const run = (prefix: string): Promise<string> =>
      runForOutput({ argv: ['sh', '-c', `${prefix} sh ${script} || true`] })
    expect(await run('')).toBe('installed\n3 it\'s "two" $words\n')
    expect(await run('COUNT=9')).toBe('installed\n9 it\'s "two" $words\n')
  })

  it.each([
    ['nothing: here', /metadata.name is missing/],
    ['metadata: {name: a}', /run.steps is missing/],
    ['metadata: [', /no test definition: /],
    ['metadata: {name: a}\nparams: {"a b": 1}\nrun: {steps: [true]}', /'a b' in params/],
  ])('%s is refused', (text, message) => {
    expect(() => readTestDefinition(text, 'a.yaml')).toThrow(message)
  })

  it('comes with its folder and what its repository shares, and nothing else', async () => {
    const file = await put('automated/linux/net/net.yaml', yaml)
    await put('automated/linux/net/net.sh', 'echo net')
    await put('automated/lib/sh-test-lib', 'lib')
    await put('automated/utils/send.sh', 'send')
    await put('automated/linux/other/other.sh', 'other')
    const located = await locateDefinition(file)
    expect([located.folder, located.files]).toEqual([
      'automated/linux/net',
      [
        'automated/lib/sh-test-lib',
        'automated/linux/net/net.sh',
        'automated/linux/net/net.yaml',
        'automated/utils/send.sh',
      ],
    ])
    const archive = await packDefinitions([located], join(folder, 'a.cpio'))
    const packed = await listCpio(archive)
    expect(packed).toContain('lkft/definitions/net-checks/files/automated/lib/sh-test-lib')
    expect(packed).toContain('lkft/definitions/net-checks/run.sh')
    expect(packed).not.toContain('lkft/definitions/net-checks/files/automated/linux/other/other.sh')
    expect(await readFile(archive, 'utf8')).toContain("cd '/lkft/definitions/net-checks/files/automated/linux/net'")
  })
})

describe('lists of tests', () => {
  it('are read a name a line, with globs and reasons', async () => {
    const file = await put('list', '# a comment\ntimers/posix_*  # slow\nalone\n')
    const list = await readTestLists([file], { device: 'qemu-arm64' })
    expect([
      list.reasonFor('timers', 'posix_timers'),
      list.reasonFor('other', 'posix_timers'),
      list.reasonFor('any', 'alone'),
    ]).toEqual(['slow', undefined, 'on the list'])
  })

  it('are read from skip files of test-definitions, by board, environment and branch', async () => {
    const row = (tests: string, more: string): string => `  - reason: >\n      why\n    tests: [${tests}]\n${more}`
    const all = '    environments: production\n    branches: all\n'
    const file = await put(
      'skip.yaml',
      `skiplist:\n${row('a', `${all}    boards: [qemu-arm64, x15]\n`)}${row('b', `${all}    boards: [x15]\n`)}${row('c', `    branches: [4.4]\n    boards: all\n`)}${row('d', `${all}    boards: all\n`)}`,
    )
    const list = await readTestLists([file], { device: 'qemu-arm64' })
    expect(['a', 'b', 'c', 'd'].map((test) => list.reasonFor('s', test))).toEqual(['why', undefined, undefined, 'why'])
  })

  it('turn a failure into an expected one, but never a crash, and tell a pass', async () => {
    const list = await readTestLists([await put('list', 's/a # known\n')], { device: 'd' })
    const judge = (status: 'fail' | 'pass', reason?: 'assert' | 'crash') =>
      judgeExpected({ suite: 's', test: 'a', status, ...(reason === undefined ? {} : { reason }) }, list)
    expect([judge('fail', 'assert').status, judge('fail', 'crash').status, judge('pass').status]).toEqual([
      'xfail',
      'fail',
      'pass',
    ])
    expect(judge('pass').message).toMatch(/passed, though/)
  })
})
