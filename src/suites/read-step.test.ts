import { expect, test } from 'vitest'
import { readStep } from '#suites/read-step'

const ended = { status: 0, timedOut: false, seconds: 1 }

test('results that a program prints stand below the step, whose exit status is one of its own', () => {
  const step = readStep('perf-test', 'perf', 'test')
  const results = [...step.push(' 1: demo   : FAILED!'), ...step.end({ ...ended, status: 1 })]
  expect(results.map(({ suite, test: name, status }) => `${suite}/${name} ${status}`)).toEqual([
    'perf/test.1 demo fail',
    'perf/test fail',
  ])
})

test('a result of the step’s own name is its result, unless its time ran out', () => {
  const pass = readStep('xfstests', 'xfstests-ext4', 'generic/001')
  expect([...pass.push('generic/001 1s ... 2s'), ...pass.end(ended)]).toEqual([
    { suite: 'xfstests-ext4', test: 'generic/001', status: 'pass', duration_seconds: 2 },
  ])
  const hung = readStep('xfstests', 'xfstests-ext4', 'generic/001')
  const results = [...hung.push('generic/001 1s ... '), ...hung.end({ ...ended, timedOut: true })]
  expect(results).toMatchObject([{ test: 'generic/001', status: 'fail', reason: 'timeout' }])
})

test('TAP as GLib (libgpiod) and kvm-unit-tests print it is read as KTAP', () => {
  const step = readStep('ktap', 'libgpiod', 'gpiod-test')
  const text =
    '# random seed: R02Sdemo\n1..3\n# Start of gpiod tests\nok 1 /gpiod/chip/demo\nnot ok 2 /gpiod/line/demo\n' +
    'ok 3 - demo: apic # SKIP no KVM\n# End of gpiod tests'
  const results = [...text.split('\n').flatMap((line) => step.push(line)), ...step.end({ ...ended, status: 1 })]
  expect(results.map(({ test: name, status }) => `${name} ${status}`)).toEqual([
    'gpiod-test./gpiod/chip/demo pass',
    'gpiod-test./gpiod/line/demo fail',
    'gpiod-test.demo: apic skip',
    'gpiod-test fail',
  ])
})
