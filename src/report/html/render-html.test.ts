import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderHtml } from '#report/html/render-html'
import { hostileText, reportOf } from '#report/sample-report'

const tags = /<(\/?)([a-zA-Z!][^\s/>]*)/g
const allowed = new Set(
  (
    '!doctype html head meta title style body header p h1 dl div dt dd strong span svg rect ul li main section h2 h3 ' +
    'article pre button code table thead tbody tr th td details summary label input kbd footer script'
  ).split(' '),
)

test('text of results never becomes a tag, an attribute or anything invisible', { timeout: 30_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(hostileText('QZMARK'), hostileText('QZMARK'), async (name, message) => {
      const page = (await renderHtml(reportOf(name, message, message, name))).replace(
        /<(style|script)>[^]*?<\/\1>/g,
        '',
      )
      const unknown = [...page.matchAll(tags)].map(([, , tag = '']) => tag).filter((tag) => !allowed.has(tag))
      expect(unknown).toEqual([])
      for (const [, attribute = ''] of page.matchAll(/\s(on\w+|href|src|style)=/g)) expect(attribute).toBe('')
      // oxlint-disable-next-line no-misleading-character-class
      expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/)
      expect(page.isWellFormed()).toBe(true)
    }),
    { numRuns: 80 },
  )
})

test('the page asks for nothing and allows only its own style and script', async () => {
  const page = await renderHtml(reportOf('s', 't', 'm', 'e'))
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? ''
  expect(policy).toContain("default-src 'none'")
  for (const [kind, tag] of [
    ['style-src', 'style'],
    ['script-src', 'script'],
  ] as const) {
    const content = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)?.[1] ?? ''
    const hash = createHash('sha256').update(content).digest('base64')
    expect(policy).toContain(`${kind} 'sha256-${hash}'`)
  }
  expect(page.replace(/<(style|script)>[^]*?<\/\1>/g, '')).not.toMatch(/https?:|\ssrc=|<link|<img|@import|url\(/)
})
