import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type OutputFormat, outputReaders } from '#suites/outputs/readers'
import type { Reading } from '#suites/outputs/output-reader'

function read(format: OutputFormat, text: string): readonly Reading[] {
  const reader = outputReaders[format]()
  return [...text.split('\n').flatMap((line) => reader.push(line)), ...reader.end()]
}

const short = (readings: readonly Reading[]): string[] =>
  readings.map(({ test, status, reason, measurement, unit, message, duration_seconds: seconds }) =>
    [
      `${test}: ${status}`,
      reason,
      measurement === undefined ? undefined : `${measurement} ${unit}`,
      seconds === undefined ? undefined : `${seconds} s`,
      message === undefined ? undefined : `(${message.replaceAll('\n', ' / ')})`,
    ]
      .filter((part) => part !== undefined)
      .join(' '),
  )

/** What each program prints, and the results in it. */
const samples: Readonly<Record<OutputFormat, readonly (readonly [text: string, results: readonly string[]])[]>> = {
  'kvm-unit-tests': [
    [
      '\u001b[32mPASS\u001b[0m demo (56 tests, 1 skipped)\n\u001b[31mFAIL\u001b[0m other (2 tests, 1 unexpected failures)\n' +
        '\u001b[33mSKIP\u001b[0m third (missing: /dev/kvm)\nPASSED is no verdict',
      ['demo: pass', 'other: fail assert (2 tests, 1 unexpected failures)', 'third: skip (missing: /dev/kvm)'],
    ],
  ],
  libhugetlbfs: [
    [
      'zero_demo (2M: 64):\tPASS\nHUGETLB_DEMO=yes malloc (2M: 64):\tFAIL\tSIGBUS\nsmall_demo (1024M: 32):\tSKIPPED\n' +
        'config_demo (2M: 64):\tBad configuration: no pages\ndead_demo (2M: 64):\tKilled by signal 11\n********** TEST SUMMARY',
      [
        'zero_demo (2M: 64): pass',
        'HUGETLB_DEMO=yes malloc (2M: 64): fail assert (FAIL SIGBUS)',
        'small_demo (1024M: 32): skip (SKIPPED)',
        'config_demo (2M: 64): skip (Bad configuration no pages)',
        'dead_demo (2M: 64): fail crash (Killed by signal 11)',
      ],
    ],
  ],
  'v4l2-compliance': [
    [
      'Required ioctls:\n\ttest VIDIOC_DEMO: OK\n\nTest input 0:\n\n\tControl ioctls (Input 0):\n' +
        '\t\tfail: demo.cpp(12): value is wrong\n\ttest VIDIOC_OTHER: FAIL\n\ttest VIDIOC_THIRD: OK (Not Supported)\n' +
        'Total for demo device /dev/video0: 3, Succeeded: 2, Failed: 1, Warnings: 0',
      [
        'Required ioctls.VIDIOC_DEMO: pass',
        'Test input 0.Control ioctls (Input 0).VIDIOC_OTHER: fail assert (demo.cpp(12): value is wrong)',
        'Test input 0.Control ioctls (Input 0).VIDIOC_THIRD: skip (Not Supported)',
      ],
    ],
  ],
  vdsotest: [
    [
      'demo-clock: syscall: 246 nsec/call\ndemo-clock:    vdso: 25 nsec/call\nnote: vDSO version of demo not found',
      ['demo-clock.syscall: pass 246 ns', 'demo-clock.vdso: pass 25 ns'],
    ],
  ],
  xfstests: [
    [
      'FSTYP         -- ext4\ngeneric/001 3s ...  4s\ngeneric/002       [not run] no quota\n' +
        'generic/003 1s ... - output mismatch (see demo.out.bad)\n    --- demo.out\ngeneric/004 [failed, exit status 1]\n' +
        'generic/005 2s ... \n 7s\ngeneric/006 1s ...\nRan: generic/001\nFailures: generic/003 generic/006\nFailed 2 of 6 tests',
      [
        'generic/001: pass 4 s',
        'generic/002: skip (no quota)',
        'generic/003: fail assert (- output mismatch (see demo.out.bad))',
        'generic/004: fail assert ([failed, exit status 1])',
        'generic/005: pass 7 s',
        'generic/006: fail assert',
      ],
    ],
    ['generic/001 3s ...', ['generic/001: fail missing (no result)']],
  ],
  'rt-tests': [
    [
      'T: 0 ( 100) P:80 I:1000 C:    10 Min:      7 Act:    8 Avg:   10 Max:      44\n' +
        'T: 0 ( 100) P:80 I:1000 C:    20 Min:      6 Act:    8 Avg:    9 Max:      45',
      ['t0.min-latency: pass 6 us', 't0.avg-latency: pass 9 us', 't0.max-latency: pass 45 us'],
    ],
    [
      '#1 -> #0, Min    1, Cur    3, Avg    4, Max   44\nPassed!\nTotal inversion performed: 12',
      [
        'migration: pass',
        'inversions: pass 12 count',
        't1.min-latency: pass 1 us',
        't1.avg-latency: pass 4 us',
        't1.max-latency: pass 44 us',
      ],
    ],
  ],
  'systemd-analyze': [
    [
      'Startup finished in 1.234s (kernel) + 2min 3.5s (userspace) = 2min 4.734s\n 1.500s demo.service\n  12ms other.mount\nmulti-user.target reached',
      [
        'kernel: pass 1.234 s',
        'userspace: pass 123.5 s',
        'total: pass 124.734 s',
        'demo.service: pass 1.5 s',
        'other.mount: pass 0.012 s',
      ],
    ],
  ],
  'perf-test': [
    [
      '  1: demo symbols                                    : Ok\n  2: other events                                    :\n' +
        '  2.1: part one                                      : Skip (no hardware counters)\n' +
        '  3: third                                           : FAILED!',
      ['1 demo symbols: pass', '2.1 part one: skip (no hardware counters)', '3 third: fail assert'],
    ],
  ],
  ping: [
    [
      '3 packets transmitted, 3 packets received, 0% packet loss\nround-trip min/avg/max = 0.1/0.25/0.4 ms',
      ['packet-loss: pass 0 %', 'round-trip: pass 0.25 ms'],
    ],
    [
      '2 packets transmitted, 1 received, 50% packet loss, time 1ms\nrtt min/avg/max/mdev = 1.0/1.5/2.0/0.5 ms',
      ['packet-loss: pass 50 %', 'round-trip: pass 1.5 ms'],
    ],
  ],
  'ltp-log': [
    [
      'Test Start Time: now\n------\nTestcase   Result   Exit Value\ndemo01     PASS       0\ndemo02     FAIL       1\ndemo03     CONF       32\ndemo04     BROK       2\nTotal Tests: 4',
      ['demo01: pass', 'demo02: fail assert (exit status 1)', 'demo03: skip', 'demo04: fail error (exit status 2)'],
    ],
    [
      'tag=demo01 stime=1 dur=2 exit=exited stat=0 core=no cu=0 cs=0\ntag=demo02 stime=1 dur=0 exit=signaled stat=11 core=yes cu=0 cs=0',
      ['demo01: pass 2 s', 'demo02: fail crash 0 s (killed by signal 11)'],
    ],
    [
      '<<<test_start>>>\ntag=demo01 stime=1\ncmdline="demo01"\n<<<test_output>>>\ndemo.c:9: TPASS: right\ndemo.c:10: TFAIL: wrong\n' +
        '<<<execution_status>>>\nduration=3 termination_type=exited termination_id=1 corefile=no\n<<<test_end>>>\n' +
        '<<<test_start>>>\ntag=demo02 stime=1\n',
      ['demo01: fail assert 3 s (exit status 1 / demo.c:10: TFAIL: wrong)', 'demo02: fail missing (it did not end)'],
    ],
  ],
  kirk: [
    [
      `some banner\n${JSON.stringify(
        {
          results: [
            { test_fqn: 'demo01', status: 'pass', test: { duration: 0.5, log: 'demo.c:1: TPASS: x', retval: ['0'] } },
            { test_fqn: 'demo02', status: 'fail', test: { duration: 1, log: 'a\ndemo.c:2: TFAIL: y\n' } },
            { test_fqn: 'demo03', status: 'conf', test: { log: 'demo.c:3: TCONF: no device' } },
            { test_fqn: 'demo04', status: 'brok', test: {} },
            { status: 'pass' },
          ],
        },
        undefined,
        4,
      )}`,
      [
        'demo01: pass 0.5 s',
        'demo02: fail assert 1 s (demo.c:2: TFAIL: y)',
        'demo03: skip (demo.c:3: TCONF: no device)',
        'demo04: fail error',
      ],
    ],
    ['{"results": [', ['report: fail error (the report is no JSON document)']],
  ],
  mmtests: [
    [
      '{"_ResultData": {"demo-1": [{"SampleIndex": 1, "Values": [1, 3]}], "demo-2": {"Values": ["4"]}, "empty": []}}',
      ['demo-1: pass 2 mean', 'demo-2: pass 4 mean'],
    ],
    ['{"other": 1}', ['report: fail error (the report has no _ResultData)']],
  ],
}

const formats = Object.keys(outputReaders) as OutputFormat[]

describe.each(formats)('%s', (format) => {
  it.each(samples[format])('%j', (text, results) => {
    expect(short(read(format, text))).toEqual(results)
  })

  it('takes any text, and gives names and only whole results', () => {
    const words = samples[format].flatMap(([text]) => text.split(/(?<=\n)|(?=[:{])/))
    const anything = fc.array(fc.oneof(fc.constantFrom(...words), fc.string(), fc.constant('\n')), { maxLength: 40 })
    fc.assert(
      fc.property(anything, (parts) => {
        for (const { test, status, measurement, duration_seconds: seconds } of read(format, parts.join(''))) {
          expect(test).not.toBe('')
          expect(['pass', 'fail', 'skip', 'xfail']).toContain(status)
          expect(Number.isFinite(measurement ?? 0) && (seconds ?? 0) >= 0).toBe(true)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('says nothing where the program said nothing', () => {
    expect(read(format, '')).toEqual([])
    expect(read(format, 'sh: not found\n')).toEqual([])
  })
})
