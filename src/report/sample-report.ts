import fc from 'fast-check'
import type { Report } from '#schema/documents'

/** Fragments that mean something to GitHub, Markdown, HTML, XML or a terminal. */
const hostile = [
  '@torvalds', '#1', 'https://evil.example/', 'www.evil.example', 'a@b.example', '![x](http://e/x.png)',
  '[x](javascript:alert(1))', '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '</details>', '<!--', '-->',
  '`', '``', '```', '~~~', '|', '\\', '\\|', '\n', '\r', '\t', '    ', '*', '_', '**', '- ', '1. ', '> ', '# ', ':smile:',
  '&lt;', '&#64;', '"', "'", '=', ']]>', '\u202e', '\u200b', '\u0000', '\u001b[31m', '\ud800', '😀', 'é', '$(touch x)', ' ',
] // prettier-ignore

/** Arbitrary text of hostile fragments around a marker that a test can look for. */
export function hostileText(marker: string): fc.Arbitrary<string> {
  const part = fc.array(fc.oneof(fc.constantFrom(...hostile), fc.string({ maxLength: 3 })), { maxLength: 8 })
  return fc.tuple(part, part).map(([before, after]) => before.join('') + marker + after.join(''))
}

/** A report in which every text that comes from outside is one of the given ones. */
export function reportOf(suite: string, test: string, message: string, environment: string): Report {
  const classes = ['regression', 'fix', 'still-failing', 'new-failure', 'lost', 'flaky', 'known-issue'] as const
  const counts = { pass: 1, fail: 1, skip: 0, xfail: 0 }
  const known = { title: message, url: null }
  const reproduce = `lkft boot --suite '${message}'`
  return {
    version: 1,
    kind: 'report',
    title: message === 'EXPECTATION FAILED' ? 'Kernel test report' : message,
    verdict: 'regression',
    summary: '1 regression',
    created: '2026-11-23T12:00:00.000Z',
    baseline: { name: environment === 'qemu-x86_64' ? 'baseline' : environment, kernel: '6.11', runs: 1, builds: 1 },
    current: { name: environment === 'qemu-x86_64' ? 'current' : environment, kernel: '6.12', runs: 1, builds: 1 },
    totals: { tests: 2, pass: 1, fail: 1, skip: 0, xfail: 0, regressions: 3, fixes: 1 },
    environments: [
      { name: environment, verdict: 'fail', counts, kernel: message, cause: message, duration_seconds: 3 },
    ],
    builds: [{ name: environment, verdict: 'pass', warnings: 1, errors: 0, duration_seconds: 65, cause: message }],
    build_changes: [{ class: 'regression', build: environment, before: 'pass', after: 'fail', message, reproduce }],
    changes: classes.map((is) => ({
      class: is,
      environments: [environment],
      suite,
      test,
      before: 'pass',
      after: 'fail',
      message,
      known_issue: is === 'known-issue' ? known : null,
      reproduce,
      evidence: `failing since ${message}`,
    })),
    crash_changes: [
      {
        class: 'regression',
        environments: [environment],
        crash: {
          kind: 'oops', severity: 'crash', title: message, location: null, signature: '0123456789abcdef', line: 7,
          cpu: 0, task: null, trace: [message, test], test: `${suite}/${test}`,
        }, // prettier-ignore
        known_issue: null,
        reproduce,
      },
    ],
    diagnostics: [
      { class: 'new', build: environment, tool: 'gcc', level: 'warning', file: test, line: 3, flag: '-Wx', message },
    ],
    metric_changes: [
      { class: 'regression', environment, suite, test, unit: message, before: 1, now: 2, evidence: 'two of two' },
    ],
    missing: [message],
    notes: [message],
    lkft: { version: '0.1.0' },
  }
}
