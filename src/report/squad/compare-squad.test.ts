import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareFilesSquad } from '#report/squad/compare-files'
import { compareSquad } from '#report/squad/compare-squad'
import { squadKnowledge } from '#report/squad/known-issues'
import type { ResultRow } from '#results/read-rows'

type Row = readonly [environment: string, name: string, status: string]

function rows(list: readonly Row[]): ResultRow[] {
  return list.map(([environment, name, status]) => {
    const slash = name.lastIndexOf('/')
    const [suite, test_] = slash === -1 ? ['/', name] : [name.slice(0, slash), name.slice(slash + 1)]
    return { environment, suite, test: test_, status, kernel: undefined, message: undefined }
  })
}

const compare = (
  before: readonly Row[],
  after: readonly Row[],
  issues: Parameters<typeof squadKnowledge>[0]['squad_known_issues'] = [],
) => compareSquad([rows(before)], [rows(after)], squadKnowledge({ squad_known_issues: issues }))

describe('squad rules', () => {
  test('pass to fail is a regression, fail to pass a fix, by environment', async () => {
    const before: Row[] = [['a', 's/x', 'pass'], ['b', 's/x', 'pass'], ['b', 's/y', 'fail']] // prettier-ignore
    const after: Row[] = [['a', 's/x', 'fail'], ['b', 's/x', 'pass'], ['b', 's/y', 'pass']] // prettier-ignore
    expect(await compare(before, after)).toEqual({ regressions: { a: ['s/x'] }, fixes: { b: ['s/y'] } })
  })

  test('skips, absent tests and other words are never anything', async () => {
    const before: Row[] = [['a', 's/1', 'skip'], ['a', 's/2', 'pass'], ['a', 's/3', 'pass'], ['a', 's/4', 'xfail']] // prettier-ignore
    const after: Row[] = [['a', 's/1', 'fail'], ['a', 's/2', 'error'], ['a', 's/5', 'fail'], ['a', 's/4', 'pass']] // prettier-ignore
    expect(await compare(before, after)).toEqual({ regressions: {}, fixes: {} })
  })

  test('words are read in any case, but not with spaces around', async () => {
    expect(await compare([['a', 's/x', 'PASS']], [['a', 's/x', 'Fail']])).toMatchObject({ regressions: { a: ['s/x'] } })
    expect(await compare([['a', 's/x', ' pass']], [['a', 's/x', 'fail']])).toEqual({ regressions: {}, fixes: {} })
  })

  test('a test with several results can be regression and fix at once', async () => {
    const both: Row[] = [['a', 's/x', 'pass'], ['a', 's/x', 'fail']] // prettier-ignore
    expect(await compare(both, both)).toEqual({ regressions: { a: ['s/x'] }, fixes: { a: ['s/x'] } })
  })

  test('a test without a suite has no slash in front', async () => {
    expect(await compare([['a', 'x', 'pass']], [['a', 'x', 'fail']])).toMatchObject({ regressions: { a: ['x'] } })
  })

  test('a known issue hides a regression of every name that begins like it', async () => {
    const issues = [{ test_name: 's/foo', active: true, intermittent: false, environments: ['a'] }]
    const before: Row[] = [['a', 's/foobar', 'pass'], ['b', 's/foo', 'pass'], ['a', 't/s/foo', 'pass']] // prettier-ignore
    const after: Row[] = [['a', 's/foobar', 'fail'], ['b', 's/foo', 'fail'], ['a', 't/s/foo', 'fail']] // prettier-ignore
    expect(await compare(before, after, issues)).toEqual({ regressions: { a: ['t/s/foo'], b: ['s/foo'] }, fixes: {} })
  })

  test('an inactive issue and one without environments hide nothing', async () => {
    const issues = [{ test_name: 's/x', active: false, environments: ['a'] }, { test_name: 's/x' }]
    expect(await compare([['a', 's/x', 'pass']], [['a', 's/x', 'fail']], issues)).toMatchObject({
      regressions: { a: ['s/x'] },
    })
  })

  test('an expected failure that passes is a fix, unless its issue is intermittent', async () => {
    const issue = { test_name: 's/*', active: true, environments: ['a'] }
    const [before, after] = [[['a', 's/x', 'fail']], [['a', 's/x', 'pass']]] as [Row[], Row[]]
    expect(await compare(before, after, [issue])).toMatchObject({ fixes: { a: ['s/x'] } })
    expect(await compare(before, after, [issue, { ...issue, intermittent: true }])).toMatchObject({ fixes: {} })
  })

  test('names like properties of objects are names', async () => {
    const result = await compare([['__proto__', 'constructor', 'pass']], [['__proto__', 'constructor', 'fail']])
    expect(JSON.stringify(result)).toBe('{"regressions":{"__proto__":["constructor"]},"fixes":{}}')
  })

  test('reads rows whose other fields have any form, and files without a row', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lkft-squad-rules-'))
    try {
      const file = async (name: string, lines: readonly object[]): Promise<string> => {
        await writeFile(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
        return join(folder, name)
      }
      const row = { env: 'a', suite: '/', test: 'x', build: 7, message: { text: 1 }, job: [1], kernel: null }
      const baseline = await file('base', [{ ...row, status: 'PASS' }])
      const current = await file('current', [{ ...row, status: null }, { ...row, status: 'Fail' }]) // prettier-ignore
      const empty = await file('empty', [])
      expect(await compareFilesSquad({ baseline, current })).toEqual({ regressions: { a: ['x'] }, fixes: {} })
      expect(await compareFilesSquad({ baseline: empty, current })).toEqual({ regressions: {}, fixes: {} })
      expect(await compareFilesSquad({ baseline, current: empty })).toEqual({ regressions: {}, fixes: {} })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('agrees with a join of all pairs of rows', { timeout: 30_000 }, async () => {
    const environment = fc.constantFrom('a', 'b')
    const name = fc.constantFrom('x', 's/x', 's/xy', 't/x', 's/x[a/b]', 'xy')
    const status = fc.constantFrom('pass', 'fail', 'skip', 'FAIL', 'Pass', 'xfail', 'error', '')
    const list = fc.array(fc.tuple(environment, name, status), { maxLength: 20 })
    const issue = fc.record({
      test_name: fc.constantFrom('x', 's/x', 's/', '*x', 't/*', 's/xy', 's/x[', '', '*', 's/x[*b]', 'S/x'),
      active: fc.boolean(),
      intermittent: fc.boolean(),
      environments: fc.subarray(['a', 'b']),
    })
    await fc.assert(
      fc.asyncProperty(list, list, fc.array(issue, { maxLength: 3 }), async (before, after, issues) => {
        expect(await compare(before, after, issues)).toEqual(joinAllPairs(before, after, issues))
      }),
      { numRuns: 300 },
    )
  })
})

interface Issue {
  readonly test_name: string
  readonly active: boolean
  readonly intermittent: boolean
  readonly environments: readonly string[]
}

/** Whether a name begins with the parts in their order, anything between them. */
function beginsLike([first = '', ...others]: readonly string[], name: string): boolean {
  if (!name.startsWith(first)) return false
  let from = first.length
  for (const part of others) {
    const at = name.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  return true
}

/** The same answer the slow way, as a database would join two tables. */
function joinAllPairs(before: readonly Row[], after: readonly Row[], issues: readonly Issue[]) {
  const regressions: Record<string, Set<string>> = {}
  const fixes: Record<string, Set<string>> = {}
  for (const [env, name, was] of before) {
    for (const [otherEnv, otherName, now] of after) {
      if (env !== otherEnv || name !== otherName) continue
      const known = issues.filter(
        (issue) => issue.active && issue.environments.includes(env) && beginsLike(issue.test_name.split('*'), name),
      )
      const pair = `${was.toLowerCase()} ${now.toLowerCase()}`
      if (pair === 'pass fail' && known.length === 0) (regressions[env] ??= new Set()).add(name)
      if (pair === 'fail pass' && !known.some((issue) => issue.intermittent)) (fixes[env] ??= new Set()).add(name)
    }
  }
  const plain = (sets: Record<string, Set<string>>) =>
    Object.fromEntries(Object.entries(sets).map(([env, names]) => [env, [...names].sort()]))
  return { regressions: plain(regressions), fixes: plain(fixes) }
}
