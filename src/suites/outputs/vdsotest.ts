import { measured, type OutputReader, readLines } from '#suites/outputs/output-reader'

/** vdsotest's benchmarks, `clock-gettime-monotonic: vdso: 24 nsec/call`; what it verifies is in its exit status. */
export function readVdsotest(): OutputReader {
  return readLines((line) => {
    const match = /^([\w-]+): +(syscall|libc|vdso): +(\d+) nsec\/call$/.exec(line.replaceAll('\t', ' '))
    return match === null ? undefined : measured(`${match[1]}.${match[2]}`, Number(match[3]), 'ns')
  })
}
