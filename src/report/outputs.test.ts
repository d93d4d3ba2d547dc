import { SaxesParser } from 'saxes'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderBadge } from '#report/badge'
import { renderRegressionMails } from '#report/regression-mail'
import { hostileText, reportOf } from '#report/sample-report'

const side = { runs: [], builds: new Map(), results: new Map(), metrics: new Map(), unfinished: [] }

test('a badge says the verdict and is well-formed, whatever its label', () => {
  const report = reportOf('s', 't', 'm', 'e')
  expect(renderBadge(report)).toContain('>3 regressions</text>')
  fc.assert(
    fc.property(hostileText('x'), (label) => {
      const parser = new SaxesParser()
      const names = new Set<string>()
      parser.on('opentag', ({ name }) => names.add(name))
      parser.write(renderBadge(report, label)).close()
      expect([...names].sort()).toEqual(['clipPath', 'g', 'rect', 'svg', 'text', 'title'])
    }),
    { numRuns: 200 },
  )
})

test('each regression has a mail with its kernels, analysis, log and reproducer', () => {
  const report = reportOf('kselftest-net', 'tls.sh', 'EXPECTATION FAILED', 'qemu-x86_64')
  const text = renderRegressionMails(report, side, (path) => [`maintainers of ${path}`])
  expect(text.match(/^Subject: \[REGRESSION\] 6\.12: (?:Build|Boot|Test) regression: /gm)).toHaveLength(3)
  const mail = text.slice(text.indexOf('To: maintainers of tools'))
  for (const line of [
    'To: maintainers of tools/testing/selftests/net/, regressions@lists.linux.dev',
    'Test regression on qemu-x86_64: kselftest-net/tls.sh',
    'Good: 6.11',
    'Bad: 6.12',
    '- New regression? yes',
    'EXPECTATION FAILED',
    "lkft boot --suite 'EXPECTATION FAILED'",
  ]) expect(mail.split('\n')).toContain(line) // prettier-ignore
})

test('text of results begins no header and hides nothing', () => {
  fc.assert(
    fc.property(hostileText('x'), hostileText('y'), (name, message) => {
      const text = renderRegressionMails(reportOf('suite', name, message, 'e'), side)
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e\u200b]/)
      expect(text.split('\n').filter((line) => line.startsWith('To: '))).toHaveLength(3)
      expect(text.split('\n').filter((line) => line.startsWith('Subject: '))).toHaveLength(3)
    }),
    { numRuns: 100 },
  )
})
