import { expect, test } from 'vitest'
import { SecretMasker } from './mask-secrets.ts'
import { matchesPatterns } from './triggers.ts'
import { parseCommand } from './workflow-commands.ts'

test.each([
  ['::name::data', { name: 'name', properties: {}, data: 'data' }],
  ['  ::name k=v,k2=v%2C2::a%0Ab%250A', { name: 'name', properties: { k: 'v', k2: 'v,2' }, data: 'a\nb%0A' }],
  ['::name k=,k2=v::', { name: 'name', properties: { k2: 'v' }, data: '' }],
  ['before ##[name k=v;k2=w%5D]data', { name: 'name', properties: { k: 'v', k2: 'w]' }, data: 'data' }],
  ['before ::name::data', undefined],
  ['::name', undefined],
  ['##[name', undefined],
])('%j', (line, command) => {
  expect(parseCommand(line)).toEqual(command)
})

test('what is no command in the first form may be one in the second', () => {
  expect(parseCommand('::made-up:: ##[group]x', (name) => name === 'group')).toMatchObject({ name: 'group', data: 'x' })
})

test.each([
  [['main'], 'main', true],
  [['releases/**'], 'releases/1/2', true],
  [['releases/*'], 'releases/1/2', false],
  [['**/docs/**'], 'a/docs/b.md', true],
  [['v[12].[0-9]+.[0-9]+'], 'v1.10.1', true],
  [['*.jsx?'], 'page.js', true],
  [['**', '!Documentation/**'], 'Documentation/a.rst', false],
  [['**', '!Documentation/**', 'Documentation/Kconfig'], 'Documentation/Kconfig', true],
])('patterns %j and %j: %j', (patterns, name, matches) => {
  expect(matchesPatterns(patterns, name)).toBe(matches)
})

test.each([
  ['base64 inside a header', 'p4ss:w0rd!', Buffer.from('user:p4ss:w0rd!').toString('base64')],
  ['URL', 'a b&c/d', `https://x/${encodeURIComponent('a b&c/d')}`],
  ['JSON', 'say "hi"\\', JSON.stringify({ key: 'say "hi"\\' })],
  ['XML', "<a&'b>", '&lt;a&amp;&apos;b&gt;'],
  ['one line of several', 'first line\nsecond line', 'got second line'],
])('a secret is masked in %s', (_where, secret, text) => {
  const masker = new SecretMasker()
  masker.add(secret)
  expect(masker.mask(text)).toContain('***')
})
