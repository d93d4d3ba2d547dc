import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LkftError } from '#errors/lkft-error'
import { readKnownIssues } from '#report/load-known-issues'
import { readMaintainers } from '#report/maintainers'
import { readResultFile } from '#results/formats/read-file'
import { readRows } from '#results/read-rows'
import { readTests } from '#results/read-tests'
import { readBuildParquet } from '#results/repository/parquet'
import { decodePack } from '#results/repository/pack-file'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-hostile-'))
})
afterAll(() => rm(folder, { recursive: true }))

const long = 'x'.repeat(10_000_000)
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

/** Files that no tool writes. */
const files: Readonly<Record<string, string | Buffer>> = {
  'a line of 10 MB': long,
  'a line of 10 MB in NDJSON': `{"env":"a","suite":"s","test":"${long}","status":"pass"}\n`,
  'a log with a line of 10 MB': `TAP version 13\n1..1\n# ${long}\nok 1 - x\n`,
  'invalid UTF-8': bytes('{"env":"a","suite":"s","test":"\xff\xfe\xc0","status":"pass"}\n'),
  'invalid UTF-8 in XML': bytes('<testsuite name="s"><testcase name="\xff\xc3"/></testsuite>'),
  nothing: '',
  zeros: Buffer.alloc(4096),
  'an array of a thousand arrays': '['.repeat(100_000),
  'an object of a thousand objects': '{"a":'.repeat(100_000),
  'a list of lists in YAML': '- '.repeat(20_000),
  'aliases of aliases': `- &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
    .split('')
    .map((name, index) => `- &${name} [${`*${'abcdefgh'[index]},`.repeat(9)}]`)
    .join('\n')}\n`,
  'an XML entity':
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&a;"/></testsuite>',
  'XML that does not end': '<testsuite><testcase name="',
  'another schema': '{"version":1,"kind":"run","tests":"many"}',
  'numbers for names': '{"env":1,"suite":2,"test":3,"status":4}\n',
  'a pack of a bomb': Buffer.concat([bytes('LKFTPACK\xff\x00\x00\x00'), deflateRawSync(Buffer.alloc(300_000_000))]),
}

const readers: Readonly<Record<string, (file: string, content: string | Buffer) => Promise<unknown>>> = {
  'a file of another tool': (file) => Array.fromAsync(readResultFile(file)),
  'plain rows': (file) => Array.fromAsync(readRows(file)),
  'tests.ndjson': (file) => Array.fromAsync(readTests(file)),
  'known issues': (file) => readKnownIssues(file),
  MAINTAINERS: (file) => readMaintainers(file),
  Parquet: (file, content) => readBuildParquet(new Uint8Array(Buffer.from(content)), file),
  'a pack': async (file, content) => decodePack(new Uint8Array(Buffer.from(content)), file),
}

/** What is wrong with a refusal; nothing when the file was read. */
function problemsOf(error: unknown, file: string): unknown[] {
  if (error === undefined) return []
  if (!(error instanceof LkftError) || error.code !== 'BAD_DOCUMENT') return [error]
  const lines = error.message.split('\n')
  return error.message.length < 1000 ? lines.filter((line) => !line.includes(file)) : [error.message.length]
}

describe.each(Object.keys(readers))('%s', (reader) => {
  test.each(Object.keys(files))('of %s is read or refused by name and place', { timeout: 60_000 }, async (name) => {
    const content = files[name] ?? ''
    const file = join(folder, 'file')
    await writeFile(file, content)
    const refused = await Promise.resolve(readers[reader]?.(file, content)).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(problemsOf(refused, file)).toEqual([])
  })
})

test('invalid bytes become the sign for them, and names stay apart from markup', async () => {
  const file = join(folder, 'rows.ndjson')
  await writeFile(file, files['invalid UTF-8'] ?? '')
  expect(await Array.fromAsync(readRows(file))).toMatchObject([[{ test: '\ufffd\ufffd\ufffd' }]])
})
