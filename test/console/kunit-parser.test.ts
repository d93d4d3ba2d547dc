import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openLog } from '#console/read-log'
import { readKtap } from '#console/read-ktap'
import { runForOutput } from '#process/run-command'
import { recordEvidence } from '../support/evidence.ts'
import { sharedSource } from '../support/shared-kernel.ts'

interface Reading {
  readonly counts: Readonly<Record<'pass' | 'fail' | 'crash' | 'skip', number>>
  readonly tests: readonly string[]
}

/** The kernel's own parser reads comments as comments; so does ours when told. */
async function readAsKernelDoes(file: string): Promise<Reading> {
  const { tests } = await readKtap(openLog(file), { commentNesting: false })
  const counts = { pass: 0, fail: 0, crash: 0, skip: 0 }
  for (const { status, reason } of tests) {
    if (reason === 'crash' || reason === 'missing') counts.crash += 1
    else if (status === 'pass' || status === 'fail' || status === 'skip') counts[status] += 1
  }
  const told = tests.filter((test) => test.reason !== 'crash' && test.reason !== 'missing')
  return { counts, tests: told.map(({ suite, test }) => (suite === 'ktap' ? test : `${suite}.${test}`)).sort() }
}

describe("the kernel's KTAP fixtures", () => {
  let files: string[] = []
  let kernel: Record<string, Reading> = {}

  beforeAll(async () => {
    const tree = await sharedSource()
    const data = join(tree, 'tools/testing/kunit/test_data')
    files = (await readdir(data)).filter((name) => name.endsWith('.log')).map((name) => join(data, name))
    const script = join(import.meta.dirname, 'kunit-parser.py')
    kernel = JSON.parse(await runForOutput({ argv: ['python3', script, tree, ...files] }))
  })

  it('are there', () => {
    expect(files.length).toBeGreaterThanOrEqual(20)
  })

  it("give the same counts and names as the kernel's own parser", async () => {
    for (const file of files) {
      const name = file.slice(file.lastIndexOf('/') + 1)
      const { counts, tests } = await readAsKernelDoes(file)
      const theirs = kernel[name]
      expect({ name, counts }).toEqual({ name, counts: theirs?.counts })
      // A selftest's title is `selftests: collection: program`; ours joins the two by a dot.
      const named = theirs?.tests.map((test) => test.replace(/^selftests: ([^:]+): /, '$1.')).sort()
      expect({ name, tests }).toEqual({ name, tests: named })
    }
    await recordEvidence({
      claim: 'ktap-kernel',
      command: 'npx vitest run --project integration test/console/kunit-parser.test.ts',
      kernel: '6.1',
      figure: `${files.length} of ${files.length} fixtures: same counts and same names`,
    })
  })
})
