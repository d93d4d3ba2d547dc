import type { Directive, KtapLine } from '#console/ktap-line'
import type { TestResult } from '#schema/documents'

/** Characters of a message; the schema's limit. */
const longestMessage = 4096

/** Characters of one level of a name; a fuzzed line can be as long as the console allows. */
const longestName = 256

type Outcome = Pick<TestResult, 'status' | 'reason'>

const byDirective: Readonly<Record<Directive, (ok: boolean) => Outcome>> = {
  ERROR: (ok) => (ok ? { status: 'pass' } : { status: 'fail', reason: 'error' }),
  SKIP: () => ({ status: 'skip' }),
  TIMEOUT: (ok) => (ok ? { status: 'pass' } : { status: 'fail', reason: 'timeout' }),
  TODO: (ok) => ({ status: ok ? 'pass' : 'xfail' }),
  XFAIL: () => ({ status: 'xfail' }),
}

/** Status of a result line: its directive's, or ok and not ok when it has none that is known. */
export function outcomeOf(line: Extract<KtapLine, { type: 'result' }>): Outcome {
  if (line.directive !== undefined) return byDirective[line.directive](line.ok)
  return line.ok ? { status: 'pass' } : { status: 'fail', reason: 'assert' }
}

/** A test's name as one level of a path: one line, no control characters, never empty. */
export function levelOf(name: string, number: number): string {
  const selftest = /^selftests: ([^:]+): (.+)$/.exec(name)
  const tidy = (selftest === null ? name : `${selftest[1]}.${selftest[2]}`)
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .trim()
    .slice(0, longestName)
  return tidy === '' ? String(number) : tidy
}

/** What a failed or skipped test said: its directive's reason, then its diagnostics. */
export function messageOf(reason: string, diagnostics: readonly string[]): Pick<TestResult, 'message'> {
  const message = [...(reason === '' ? [] : [reason]), ...diagnostics].join('\n').slice(0, longestMessage)
  return message === '' ? {} : { message }
}

/** Names remembered; a stream with more tests than any suite has gets numbers instead. */
const mostNames = 500_000

/** Gives each test of a stream a name of its own: the second of a name gets ` (2)`. */
export function createNameKeeper(): (name: string) => string {
  const seen = new Map<string, number>()
  let beyond = 0
  return (name) => {
    const count = seen.get(name) ?? 0
    if (seen.size >= mostNames) return `${name} (${mostNames + ++beyond})`
    seen.set(name, count + 1)
    if (count === 0) return name
    let next = count + 1
    while (seen.has(`${name} (${next})`)) next += 1
    const other = `${name} (${next})`
    seen.set(name, next)
    seen.set(other, 1)
    return other
  }
}
