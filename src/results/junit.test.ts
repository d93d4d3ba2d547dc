import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type JunitResult, writeJunit } from '#results/junit'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-junit-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function junitOf(results: readonly JunitResult[]): Promise<string> {
  const file = join(folder, 'junit.xml')
  await writeJunit(file, { name: 'qemu-x86_64', started: '2026-11-23T12:00:00Z', results: () => results })
  expect(await readdir(folder)).toEqual(['junit.xml'])
  return readFile(file, 'utf8')
}

test('tells failures, errors and skips apart and counts them', async () => {
  const text = await junitOf([
    { suite: 'kunit', test: 'a', status: 'pass', duration_seconds: 0.5 },
    { suite: 'kunit', test: 'b', status: 'fail', reason: 'assert', message: 'x < "y"\nz' },
    { suite: 'ltp', test: 'c', status: 'fail', reason: 'crash' },
    { suite: 'ltp', test: 'd', status: 'skip', message: 'no device' },
    { suite: 'ltp', test: 'e', status: 'xfail' },
  ])
  expect(text).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="qemu-x86_64" tests="5" failures="1" errors="1" skipped="2" time="0.500">
      <testsuite name="kunit" tests="2" failures="1" errors="0" skipped="0" time="0.500" timestamp="2026-11-23T12:00:00Z">
        <testcase classname="kunit" name="a" time="0.500"/>
        <testcase classname="kunit" name="b"><failure type="assert" message="x &lt; &quot;y&quot;&#10;z"/></testcase>
      </testsuite>
      <testsuite name="ltp" tests="3" failures="0" errors="1" skipped="2" time="0.000" timestamp="2026-11-23T12:00:00Z">
        <testcase classname="ltp" name="c"><error type="crash" message=""/></testcase>
        <testcase classname="ltp" name="d"><skipped message="no device"/></testcase>
        <testcase classname="ltp" name="e"><skipped message="expected to fail"/></testcase>
      </testsuite>
    </testsuites>
    "
  `)
})

test('any text gives well-formed XML', { timeout: 30_000 }, async () => {
  const units = fc.oneof(fc.integer({ min: 0, max: 127 }), fc.integer({ min: 0, max: 0xffff }))
  const text = fc.array(units, { minLength: 1, maxLength: 9 }).map((list) => String.fromCharCode(...list))
  const results = fc.tuple(text, text, text).map(([suite, name, message]) => ({ suite, test: name, message }))
  await fc.assert(
    fc.asyncProperty(fc.array(results, { minLength: 1, maxLength: 40 }), async (list) => {
      const xml = await junitOf(list.map((result) => ({ ...result, status: 'fail' })))
      expect(xml.isWellFormed()).toBe(true)
      // What XML 1.0 allows: https://www.w3.org/TR/xml/#charsets
      expect(xml).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u)
      const bare = xml.replace(/="[^"<]*"/g, '')
      expect(bare.match(/<failure type message\/>/g)).toHaveLength(list.length)
      expect(bare.split('\n').slice(1).join('')).not.toMatch(/[&"']/)
    }),
    { numRuns: 8 },
  )
})
