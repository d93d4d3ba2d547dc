import type { RunDirectory } from '#results/run-directory'
import type { TestResult } from '#schema/documents'
import type { TestList } from '#suites/test-list'

/**
 * A result seen with a list of expected failures: a failure on it is an `xfail`, a pass says that it can come
 * off the list. A test under which the kernel died stays a failure: a crash costs the tests after it too.
 */
export function judgeExpected(result: TestResult, expected: TestList): TestResult {
  const reason = expected.reasonFor(result.suite, result.test)
  if (reason === undefined) return result
  if (result.status === 'fail' && result.reason !== 'crash') {
    const { reason: _, ...rest } = result
    return {
      ...rest,
      status: 'xfail',
      message: [`expected to fail: ${reason}`, result.message ?? ''].join('\n').trim(),
    }
  }
  if (result.status !== 'pass') return result
  return { ...result, message: `passed, though it was expected to fail: ${reason}` }
}

/** The directory of a run in which failures on the list are expected. */
export function expectResults(directory: RunDirectory, expected: TestList): RunDirectory {
  return { ...directory, addResult: (result) => directory.addResult(judgeExpected(result, expected)) }
}
