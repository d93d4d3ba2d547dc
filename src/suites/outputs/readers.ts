import { readKirk } from '#suites/outputs/kirk'
import { readKvmUnitTests } from '#suites/outputs/kvm-unit-tests'
import { readLibhugetlbfs } from '#suites/outputs/libhugetlbfs'
import { readLtpLog } from '#suites/outputs/ltp-log'
import { readMmtests } from '#suites/outputs/mmtests'
import type { OutputReader } from '#suites/outputs/output-reader'
import { readPerfTest } from '#suites/outputs/perf-test'
import { readPing } from '#suites/outputs/ping'
import { readRtTests } from '#suites/outputs/rt-tests'
import { readSystemdAnalyze } from '#suites/outputs/systemd-analyze'
import { readV4l2Compliance } from '#suites/outputs/v4l2-compliance'
import { readVdsotest } from '#suites/outputs/vdsotest'
import { readXfstests } from '#suites/outputs/xfstests'

/** Programs whose output is read for results, by the name of their format. */
export const outputReaders = {
  kirk: readKirk,
  'kvm-unit-tests': readKvmUnitTests,
  libhugetlbfs: readLibhugetlbfs,
  'ltp-log': readLtpLog,
  mmtests: readMmtests,
  'perf-test': readPerfTest,
  ping: readPing,
  'rt-tests': readRtTests,
  'systemd-analyze': readSystemdAnalyze,
  'v4l2-compliance': readV4l2Compliance,
  vdsotest: readVdsotest,
  xfstests: readXfstests,
} as const satisfies Readonly<Record<string, () => OutputReader>>

export type OutputFormat = keyof typeof outputReaders
