import { join } from 'node:path'
import type { Side } from '#report/read-side'
import type { JunitResult } from '#results/junit'
import { readTests } from '#results/read-tests'

/** Every result of a side with its environment, read again from its files. */
export async function* reportResults({ runs }: Side): AsyncGenerator<JunitResult, void, void> {
  for (const { directory, record } of runs) {
    const { pass, fail, skip, xfail } = record.counts
    if (pass + fail + skip + xfail === 0) continue
    for await (const result of readTests(join(directory, 'tests.ndjson'), { allowCutOff: record.state !== 'done' })) {
      yield { ...result, environment: record.environment }
    }
  }
}
