import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareDiagnostics } from '#build/diagnostics/compare-diagnostics'
import { toSarif } from '#build/diagnostics/sarif'
import { findProblems } from '#schema/validate'
import type { Diagnostic } from '#schema/documents'

function diagnostic(message: string, more: Partial<Diagnostic> = {}): Diagnostic {
  return {
    tool: 'gcc',
    level: 'warning',
    file: 'kernel/fork.c',
    line: 1,
    column: null,
    flag: '-Wunused',
    message,
    target: 'default',
    count: 1,
    ...more,
  }
}

test('a message that only moved to another line is neither new nor fixed', () => {
  const difference = compareDiagnostics([diagnostic('a')], [diagnostic('a', { line: 9 })])
  expect(difference).toEqual({ fresh: [], fixed: [] })
})

test('the same message in one place more is new, and the place that was known is not the one', () => {
  const before = [diagnostic('a', { line: 5 })]
  const after = [diagnostic('a', { line: 2 }), diagnostic('a', { line: 5 })]
  expect(compareDiagnostics(before, after).fresh).toEqual([after[0]])
  expect(compareDiagnostics(after, before).fixed).toEqual([after[0]])
})

test('another level, file, flag or tool is another message; notes never count', () => {
  const before = [diagnostic('a')]
  for (const more of [{ level: 'error' }, { file: 'x.c' }, { flag: null }, { tool: 'clang' }] as const) {
    expect(compareDiagnostics(before, [diagnostic('a', more)])).toMatchObject({ fresh: [{}], fixed: [{}] })
  }
  expect(compareDiagnostics([], [diagnostic('a', { level: 'note' })]).fresh).toEqual([])
})

const some = fc.array(fc.record({ message: fc.constantFrom('a', 'b', 'c'), line: fc.integer({ min: 1, max: 4 }) }), {
  maxLength: 12,
})

test('what is new one way is fixed the other way, and the numbers add up', () => {
  fc.assert(
    fc.property(some, some, (left, right) => {
      const [before, after] = [left, right].map((list) =>
        list.map(({ message, line }) => diagnostic(message, { line })),
      )
      const forth = compareDiagnostics(before ?? [], after ?? [])
      const back = compareDiagnostics(after ?? [], before ?? [])
      expect(forth.fresh).toEqual(back.fixed)
      expect(left.length + forth.fresh.length).toBe(right.length + forth.fixed.length)
    }),
  )
})

test('SARIF has a rule per tool and flag, places relative to the tree, and what is new against the baseline', async () => {
  const items = [
    diagnostic('unused', { line: 12, column: 3 }),
    diagnostic('no rule', { tool: 'make', level: 'error', file: null, line: null, flag: null }),
    diagnostic('see here', { level: 'note' }),
    diagnostic('odd path', { file: 'drivers/a b%.c', line: null }),
  ]
  for (const item of items) expect(await findProblems('diagnostic', item)).toEqual([])
  const log = JSON.parse(
    JSON.stringify(toSarif(items, { version: '1.2.3', build: 'x', fresh: items.slice(0, 1) })),
  ) as unknown
  expect(log).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'lkft', rules: [{ id: 'gcc/-Wunused' }, { id: 'make' }] } },
        automationDetails: { id: 'lkft/x/' },
        results: [
          {
            ruleId: 'gcc/-Wunused',
            ruleIndex: 0,
            level: 'warning',
            baselineState: 'new',
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'kernel/fork.c', uriBaseId: 'SRCROOT' },
                  region: { startLine: 12, startColumn: 3 },
                },
              },
            ],
          },
          { ruleId: 'make', level: 'error', baselineState: 'unchanged' },
          { locations: [{ physicalLocation: { artifactLocation: { uri: 'drivers/a%20b%25.c' } } }] },
        ],
      },
    ],
  })
})
