import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkKconfig } from '#build/check-kconfig'
import { assignmentLine, mergeFragment, parseAssignments, readConfig } from '#build/kconfig-text'

const assignment = fc.record({
  symbol: fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/),
  value: fc.oneof(fc.constantFrom('y', 'm', 'n', '""', '0x1000', '42'), fc.stringMatching(/^"[ -!#-[\]-~]{0,10}"$/)),
})
const fragment = fc.array(assignment, { maxLength: 20 })
const text = (list: readonly { symbol: string; value: string }[]): string => list.map(assignmentLine).join('\n')

test('after a merge every symbol of the fragment has its last value and all others are as they were', () => {
  fc.assert(
    fc.property(fragment, fragment, (config, added) => {
      const merged = readConfig(mergeFragment(text(config), text(added)))
      const expected = new Map([...readConfig(text(config)), ...readConfig(text(added))])
      expect(Object.fromEntries(merged)).toEqual(Object.fromEntries(expected))
    }),
  )
})

test('merging twice changes nothing more', () => {
  fc.assert(
    fc.property(fragment, fragment, (config, added) => {
      const once = mergeFragment(text(config), text(added))
      expect(mergeFragment(once, text(added))).toBe(once)
    }),
  )
})

test('no text makes the parser throw or invent a symbol', () => {
  fc.assert(
    fc.property(fc.string(), (any) => {
      for (const { symbol } of parseAssignments(any)) expect(any).toContain(`CONFIG_${symbol}`)
    }),
  )
})

test('a value keeps its spaces, quotes and equal signs', () => {
  const line = 'CONFIG_CMDLINE="console=ttyS0 root=/dev/sda"'
  expect(parseAssignments(line)).toEqual([{ symbol: 'CMDLINE', value: '"console=ttyS0 root=/dev/sda"' }])
})

test('a requested symbol is applied, overridden by a later fragment, or dropped with the reason', () => {
  const fragments = [
    { spec: 'a.config', text: 'CONFIG_A=y\nCONFIG_B=y\nCONFIG_GONE=y\n# CONFIG_OFF is not set' },
    { spec: 'CONFIG_B=m', text: 'CONFIG_B=m' },
  ]
  const why = (symbol: string): string => `no ${symbol}`
  const got = checkKconfig(fragments, 'CONFIG_A=y\nCONFIG_B=m\n', why)
  expect(got.map(({ symbol, status, reason }) => [symbol, status, reason])).toEqual([
    ['CONFIG_A', 'applied', null],
    ['CONFIG_B', 'overridden', 'by CONFIG_B=m'],
    ['CONFIG_GONE', 'dropped', 'no GONE'],
    ['CONFIG_OFF', 'applied', null],
    ['CONFIG_B', 'applied', null],
  ])
})

test('0x10 and 0x0010 are the same value', () => {
  expect(checkKconfig([{ spec: 'x', text: 'CONFIG_A=0x0010' }], 'CONFIG_A=0x10', () => null)[0]?.status).toBe('applied')
})
