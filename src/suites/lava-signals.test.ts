import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TestResult } from '#schema/documents'
import { readSignals } from '#suites/lava-signals'

function read(...lines: string[]): readonly TestResult[] {
  let now = 0
  const reader = readSignals('s', () => now++)
  return [...lines.flatMap((line) => reader.push(line)), ...reader.end({ status: 0, timedOut: false, seconds: 1 })]
}

describe("LAVA's signals", () => {
  it.each([
    ['TESTCASE TEST_CASE_ID=a RESULT=pass', { test: 'a', status: 'pass' }],
    ['TESTCASE TEST_CASE_ID=two words RESULT=FAIL', { test: 'two words', status: 'fail', reason: 'assert' }],
    ['TESTCASE RESULT=skip TEST_CASE_ID=a', { test: 'a', status: 'skip' }],
    ['TESTCASE TEST_CASE_ID=a RESULT=unknown', { test: 'a', status: 'skip', message: 'its result is unknown' }],
    [
      'TESTCASE TEST_CASE_ID=a RESULT=pass UNITS=ms MEASUREMENT=12.5',
      { test: 'a', status: 'pass', measurement: 12.5, unit: 'ms' },
    ],
    [
      'TESTCASE TEST_CASE_ID=a RESULT=pass MEASUREMENT=-1.5e3 UNITS=req per s',
      { test: 'a', status: 'pass', measurement: -1500, unit: 'req per s' },
    ],
    ['TESTCASE TEST_CASE_ID=a RESULT=pass MEASUREMENT=.5', { test: 'a', status: 'pass', measurement: 0.5 }],
    ['TESTCASE TEST_CASE_ID=a RESULT=pass MEASUREMENT= UNITS=', { test: 'a', status: 'pass' }],
    ['TESTCASE TEST_CASE_ID=a RESULT=pass COLOUR=red', { test: 'a', status: 'pass' }],
    ['TESTREFERENCE a fail https://example.org/log', { test: 'a', status: 'fail', message: 'https://example.org/log' }],
    ['TESTRAISE no network', { test: 'raised', status: 'fail', reason: 'error', message: 'no network' }],
  ])('%s', (signal, result) => {
    expect(read(`text before <LAVA_SIGNAL_${signal}> and behind`)).toEqual([expect.objectContaining(result)])
  })

  it.each([
    'TEST_CASE_ID=a',
    'RESULT=pass',
    'TEST_CASE_ID=a RESULT=good',
    'TEST_CASE_ID=a RESULT=pass MEASUREMENT=x',
    'TEST_CASE_ID=a RESULT=pass MEASUREMENT=0x10',
    'TEST_CASE_ID=a RESULT=pass MEASUREMENT=nan',
    'TEST_CASE_ID=a RESULT=pass MEASUREMENT=1e999',
  ])('a malformed one is seen: %s', (words) => {
    const line = `<LAVA_SIGNAL_TESTCASE ${words}>`
    expect(read(line)).toEqual([
      { suite: 's', test: 'malformed signal', status: 'fail', reason: 'error', message: line },
    ])
  })

  it('cases of two sets with one name, and a case that comes twice, stay apart', () => {
    const one = '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>'
    const results = read('<LAVA_SIGNAL_TESTSET START one>', one, '<LAVA_SIGNAL_TESTSET STOP>', one, one)
    expect(results.map(({ test }) => test)).toEqual(['one.a', 'a', 'a (2)'])
  })

  it('several on one line are all read', () => {
    const line = '<LAVA_SIGNAL_STARTTC a><LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass><LAVA_SIGNAL_STARTTC b>'
    expect(read(line)).toMatchObject([
      { test: 'a', status: 'pass' },
      { test: 'b', status: 'fail', reason: 'missing' },
    ])
  })

  it.each(['STARTRUN 0_a 1234_1.2.3', 'ENDRUN 0_a 1234_1.2.3', 'TESTEVENT a', 'TESTFEEDBACK ns', 'NEWER a b'])(
    'one that is about no result is passed over: %s',
    (words) => {
      expect(read(`<LAVA_SIGNAL_${words}>`)).toEqual([])
    },
  )

  it('a set that ends without having begun, or has no name, is none', () => {
    const one = '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>'
    expect(read('<LAVA_SIGNAL_TESTSET STOP>', '<LAVA_SIGNAL_TESTSET START >', one)[0]?.test).toBe('a')
  })

  it('measures from STARTTC, and a case without a result is missing', () => {
    const results = read(
      '<LAVA_SIGNAL_STARTTC a>',
      '<LAVA_SIGNAL_ENDTC a>',
      '<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=a RESULT=pass>',
      '<LAVA_SIGNAL_STARTTC b>',
    )
    expect(results).toMatchObject([
      { test: 'a', status: 'pass', duration_seconds: 1 },
      { test: 'b', status: 'fail', reason: 'missing' },
    ])
  })

  it('no line makes it throw, and every result has a name', () => {
    const words = fc.constantFrom(
      '<LAVA_SIGNAL_',
      'TESTCASE',
      'TESTSET START',
      'TEST_CASE_ID=',
      'RESULT=',
      'pass',
      '>',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 12 }), (parts) => {
        for (const { test, status } of read(parts.join(''))) {
          expect(test).not.toBe('')
          expect(['pass', 'fail', 'skip']).toContain(status)
        }
      }),
    )
  })
})
