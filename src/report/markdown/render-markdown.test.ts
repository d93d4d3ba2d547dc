import fc from 'fast-check'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { describe, expect, test } from 'vitest'
import { renderMarkdown } from '#report/markdown/render-markdown'
import { hostileText, reportOf } from '#report/sample-report'
import type { Report } from '#schema/documents'

interface Node {
  readonly type: string
  readonly value?: string
  readonly children?: readonly Node[]
}

const parse = (text: string): Node => fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })

function* walk(node: Node): Generator<Node, void, void> {
  yield node
  for (const child of node.children ?? []) yield* walk(child)
}

/** Says all that a reader of GitHub's Markdown could be tricked with. */
function problems(text: string, marker: string): string[] {
  const found: string[] = []
  for (const { type, value = '', children = [] } of walk(parse(text))) {
    if (/^(link|image|footnote|definition|linkReference|imageReference)/.test(type)) found.push(type)
    if (type === 'html' && !/^<(details><summary>[\w ,()]*<\/summary>|\/details>)\s*$/.test(value)) found.push(value)
    if (type !== 'code' && type !== 'inlineCode' && value.includes(marker)) found.push(`${type}: ${value}`)
    if (type === 'tableRow' && children.length !== 7 && children.length !== 5) found.push(`${children.length} cells`)
  }
  return found
}

describe('report.md', () => {
  test('shows verdict, environment, test and a fenced reproducer on the first screen', () => {
    const text = renderMarkdown(reportOf('kunit', 'time.date_range', 'EXPECTATION FAILED', 'qemu-x86_64'))
    expect(text.split('\n').slice(0, 24).join('\n')).toMatchInlineSnapshot(`
      "## ❌ 3 regressions

      1 regression

      \`current\` (kernel \`6.12\`), 1 run, 1 build, compared with \`baseline\` (kernel \`6.11\`), 1 run, 1 build

      > \`EXPECTATION FAILED\`


      ### Regressions

      #### build \`qemu-x86_64\`

      pass → fail

      \`\`\`text
      EXPECTATION FAILED
      \`\`\`

      \`\`\`sh
      lkft boot --suite 'EXPECTATION FAILED'
      \`\`\`

      #### oops \`EXPECTATION FAILED\` on \`qemu-x86_64\`"
    `)
  })

  test('text of results is read as code and as nothing else', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(hostileText('QZMARK'), hostileText('QZMARK'), hostileText('QZMARK'), (suite, name, message) => {
        expect(problems(renderMarkdown(reportOf(suite, name, message, name)), 'QZMARK')).toEqual([])
      }),
      { numRuns: 50 },
    )
  })

  test('nothing invisible gets through', () => {
    const text = renderMarkdown(reportOf('s', 'a\u202eb\u200bc\u0007', '\u001b[31mred\u001b[0m\u2066', 'env\u200f'))
    expect(text).toContain('a\\u{202e}b\\u{200b}c\\u{7}')
    // oxlint-disable-next-line no-misleading-character-class
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/)
  })

  test('a long report stays under the limit and says what is missing', { timeout: 30_000 }, () => {
    const report = manyChanges(3000)
    const text = renderMarkdown(report)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536)
    const shown = text.match(/^#### .*test_\d+/gm)?.length ?? 0
    expect(text).toContain(`_${3000 + 2 - shown - 2} more regressions left out here`)
    expect(text).toContain('environment</summary>')
    expect(problems(text, 'QZMARK')).toEqual([])
  })

  test('every limit is kept', { timeout: 30_000 }, () => {
    const report = manyChanges(300)
    fc.assert(
      fc.property(fc.integer({ min: 2500, max: 60_000 }), (limit) => {
        expect(Buffer.byteLength(renderMarkdown(report, { limit }))).toBeLessThanOrEqual(limit)
      }),
      { numRuns: 30 },
    )
  })
})

function manyChanges(count: number): Report {
  const report = reportOf('kunit', 'x', 'y', 'qemu-arm64')
  const [first] = report.changes
  if (first === undefined) throw new Error('no change')
  const changes = Array.from({ length: count }, (_, index) => ({ ...first, test: `test_${index} é` }))
  return { ...report, changes: [...changes, ...changes.map((change) => ({ ...change, class: 'lost' as const }))] }
}
