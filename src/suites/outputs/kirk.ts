import { isRecord, readJson } from '#suites/outputs/json-output'
import type { OutputReader, Reading } from '#suites/outputs/output-reader'

/** kirk's report (`--json-report`): `results`, each with `test_fqn`, `status` and `test` (`log`, `duration`, `retval`). */
export function readKirk(): OutputReader {
  return readJson((document) => {
    const results = isRecord(document) ? document['results'] : undefined
    return Array.isArray(results) ? results.flatMap(readResult) : []
  })
}

/** Lines of a test's log that say why it did not pass. */
const telling = /\bT(?:FAIL|BROK|CONF|WARN)\b/

function readResult(row: unknown): readonly Reading[] {
  if (!isRecord(row) || typeof row['test_fqn'] !== 'string' || row['test_fqn'] === '') return []
  const detail = isRecord(row['test']) ? row['test'] : {}
  const word = typeof row['status'] === 'string' ? row['status'] : detail['result']
  const seconds = detail['duration']
  const log = typeof detail['log'] === 'string' ? detail['log'] : ''
  const said = log
    .split('\n')
    .filter((line) => telling.test(line))
    .slice(0, 10)
    .join('\n')
  const status = word === 'pass' ? 'pass' : word === 'conf' || word === 'skip' ? 'skip' : 'fail'
  return [
    {
      test: row['test_fqn'],
      status,
      ...(status === 'fail'
        ? { reason: word === 'brok' || word === 'broken' ? ('error' as const) : ('assert' as const) }
        : {}),
      ...(said === '' || status === 'pass' ? {} : { message: said.slice(0, 4096) }),
      ...(typeof seconds === 'number' && seconds >= 0 ? { duration_seconds: seconds } : {}),
    },
  ]
}
