import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createKtapParser, type KtapOptions } from '#console/ktap'
import type { TestResult } from '#schema/documents'

function parse(text: string, options: KtapOptions = {}): { tests: TestResult[]; errors: string[] } {
  const parser = createKtapParser(options)
  const tests: TestResult[] = []
  for (const [at, line] of text.split('\n').entries()) tests.push(...parser.push(line, at + 1))
  tests.push(...parser.end())
  return { tests, errors: parser.errors.map((error) => error.message) }
}

const short = (text: string, options?: KtapOptions): string[] =>
  parse(text, options).tests.map(({ suite, test, status, reason }) =>
    [`${suite}/${test}`, status, ...(reason === undefined ? [] : [reason])].join(' '),
  )

describe('nesting', () => {
  it('by KTAP headers', () => {
    const text = 'KTAP version 1\n1..1\n  KTAP version 1\n  1..2\n  ok 1 a\n  not ok 2 b\nnot ok 1 outer'
    expect(short(text)).toEqual(['outer/a pass', 'outer/b fail assert'])
  })

  it('by KUnit subtest headers, without plans', () => {
    const text =
      'TAP version 14\n1..1\n    # Subtest: s\n    ok 1 - a\n        # Subtest: p\n        ok 1 x\n    ok 2 - p\nok 1 - s'
    expect(short(text)).toEqual(['s/a pass', 's/p.x pass'])
  })

  it('by the comments of kselftest, whose programs are results of their own', () => {
    const text =
      'TAP version 13\n1..1\n# selftests: timers: posix\n# TAP version 13\n# 1..2\n# ok 1 a\n# ok 2 b # SKIP no\nok 1 selftests: timers: posix'
    expect(short(text, { suite: 'kselftest' })).toEqual([
      'kselftest/timers.posix.a pass',
      'kselftest/timers.posix.b skip',
      'kselftest/timers.posix pass',
    ])
  })

  it('gives a result as soon as the names around it are known', () => {
    const parser = createKtapParser()
    for (const line of ['KTAP version 1', '    # Subtest: s']) parser.push(line, 1)
    expect(parser.push('    ok 1 a', 3)).toMatchObject([{ suite: 's', test: 'a', status: 'pass', line: 3 }])
  })
})

describe('directives', () => {
  it.each([
    ['ok 1 a # SKIP why', 'skip'],
    ['not ok 1 a # SKIP why', 'skip'],
    ['ok 1 a # skip why', 'skip'],
    ['not ok 1 a # TODO later', 'xfail'],
    ['ok 1 a # TODO later', 'pass'],
    ['not ok 1 a # XFAIL known', 'xfail'],
    ['not ok 1 a # TIMEOUT 45 seconds', 'fail timeout'],
    ['not ok 1 a # ERROR no device', 'fail error'],
    ['not ok 1 a # exit=1', 'fail assert'],
    ['ok 1 a # UNKNOWN word', 'pass'],
    ['ok 1 - a', 'pass'],
    ['not ok 1', 'fail assert'],
  ])('%s', (line, outcome) => {
    expect(short(`KTAP version 1\n1..1\n${line}`)).toEqual([`ktap/${/ a\b/.test(line) ? 'a' : '1'} ${outcome}`])
  })
})

describe('a stream that breaks off', () => {
  it('fails what the plan promised: the first crashed, the rest missing', () => {
    const { tests, errors } = parse('KTAP version 1\n1..1\n    # Subtest: s\n    1..3\n    ok 1 a\n')
    expect(tests.map(({ test, reason }) => [test, reason])).toEqual([
      ['a', undefined],
      ['missing-2', 'crash'],
      ['missing-3', 'missing'],
    ])
    expect(errors).toContain('s: 2 of 3 planned tests are missing')
  })

  it('fails a suite that never printed its result', () => {
    expect(short('KTAP version 1\n    # Subtest: s\n')).toEqual(['ktap/s fail crash'])
  })

  it('does not believe a plan of a billion tests', () => {
    expect(parse('KTAP version 1\n1..999999999\n').tests.length).toBeLessThanOrEqual(1000)
  })
})

describe('names', () => {
  it('never collide', () => {
    expect(short('TAP version 13\n1..3\nok 1 a\nnot ok 2 a\nok 3 a')).toEqual([
      'ktap/a pass',
      'ktap/a (2) fail assert',
      'ktap/a (3) pass',
    ])
  })

  it('keep leading digits', () => {
    expect(short('TAP version 13\n1..2\nok 1 64_bit\nnot ok 2 32_bit')).toEqual([
      'ktap/64_bit pass',
      'ktap/32_bit fail assert',
    ])
  })
})

it('says what is wrong with numbering and plans', () => {
  expect(parse('KTAP version 1\n1..1\nok 2 a\nok 3 b').errors).toEqual([
    'tests from line 1: expected test number 1, found 2',
    'tests from line 1: expected test number 2, found 3',
    'tests from line 1: 2 results for a plan of 1',
  ])
})

it('keeps what a failed test said', () => {
  const text =
    'KTAP version 1\n1..1\n    # Subtest: s\n    # a: EXPECTATION FAILED at a.c:3\n    not ok 1 a\nnot ok 1 s'
  expect(parse(text).tests[0]?.message).toBe('a: EXPECTATION FAILED at a.c:3')
})

it('ignores what stands before the first header', () => {
  expect(short('ok 1 not a test\nKTAP version 1\n1..1\nok 1 a')).toEqual(['ktap/a pass'])
})

it('survives any lines, with unique names', () => {
  const word = fc.constantFrom(
    'KTAP version 1',
    'TAP version 13',
    '1..3',
    '1..0',
    'ok 1 a',
    'not ok 2 b # SKIP',
    '# Subtest: s',
    '# selftests: a: b',
    'Bail out! x',
    'text',
  )
  const line = fc.tuple(fc.constantFrom('', '  ', '\t', '# ', '# # ', '        '), fc.oneof(word, fc.string()))
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      const { tests } = parse(lines.map((parts) => parts.join('')).join('\n'))
      const names = tests.map((test) => `${test.suite}\n${test.test}`)
      expect(new Set(names).size).toBe(names.length)
      for (const test of tests) expect(test.test === '' || test.suite === '').toBe(false)
    }),
    { numRuns: 300 },
  )
})
