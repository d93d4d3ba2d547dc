import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fitMarkdown } from '#github/job-summary'

test('markdown that fits is untouched', () => {
  expect(fitMarkdown('# ä\n', 5, 'x')).toBe('# ä\n')
})

test('markdown that does not fit is cut at a line, never above the limit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 40 }), { minLength: 5 }),
      fc.integer({ min: 0, max: 400 }),
      (lines, limit) => {
        const whole = lines.join('\n')
        const cut = fitMarkdown(whole, limit, 'report.html')
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(Math.max(limit, 0))
      },
    ),
  )
})

test('a cut inside a code block and a fold closes both', () => {
  const text = `<details><summary>s</summary>\n\n\`\`\`\n${'line\n'.repeat(100)}\`\`\`\n</details>\n`
  expect(fitMarkdown(text, 200, 'report.html')).toMatch(
    /line\n```\n<\/details>\n\n_Cut here: the rest is in report\.html\._\n$/,
  )
})
