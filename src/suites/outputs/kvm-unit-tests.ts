import { type OutputReader, readLines } from '#suites/outputs/output-reader'

const verdicts = { PASS: 'pass', FAIL: 'fail', SKIP: 'skip' } as const

/** kvm-unit-tests without `-t`: `PASS apic (56 tests, 1 skipped)`, `SKIP vmx (1 tests)`, `FAIL msr`. */
export function readKvmUnitTests(): OutputReader {
  return readLines((line) => {
    const match = /^(PASS|FAIL|SKIP) ([\w.-]+)(?: \((.*)\))?$/.exec(line)
    if (match === null) return undefined
    const status = verdicts[match[1] as keyof typeof verdicts]
    const message = match[3]
    return {
      test: match[2] ?? '',
      status,
      ...(status === 'fail' ? { reason: 'assert' as const } : {}),
      ...(message === undefined || status === 'pass' ? {} : { message }),
    }
  })
}
