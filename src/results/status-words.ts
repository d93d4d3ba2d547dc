import type { TestResult } from '#schema/documents'

/** Words that other tools use for a status, lower case. */
const statusOfWord: Readonly<Record<string, TestResult['status']>> = {
  broken: 'fail',
  disabled: 'skip',
  error: 'fail',
  fail: 'fail',
  failed: 'fail',
  failure: 'fail',
  'known fail': 'xfail',
  notrun: 'skip',
  ok: 'pass',
  pass: 'pass',
  passed: 'pass',
  skip: 'skip',
  skipped: 'skip',
  success: 'pass',
  timeout: 'fail',
  tbroken: 'fail',
  tconf: 'skip',
  tfail: 'fail',
  tpass: 'pass',
  unknown: 'skip',
  warn: 'fail',
  xfail: 'xfail',
}

/** The status that a word means, in any case; undefined when it is none. */
export function statusOf(word: string): TestResult['status'] | undefined {
  const key = word.toLowerCase()
  return Object.hasOwn(statusOfWord, key) ? statusOfWord[key] : undefined
}

/** The words that `statusOf` knows, for hints. */
export const statusWords: readonly string[] = Object.keys(statusOfWord).sort()
