import type { PlanNames } from '#plan/plan-options'

/** A small set of names for tests of plans. */
export const testNames: PlanNames = {
  architectures: new Map([
    ['x86_64', 'x86_64'],
    ['amd64', 'x86_64'],
    ['arm64', 'arm64'],
    ['riscv', 'riscv'],
  ]),
  sourceFolders: new Map([
    ['x86_64', 'x86'],
    ['arm64', 'arm64'],
    ['riscv', 'riscv'],
  ]),
  devices: new Map([
    ['qemu-x86_64', 'x86_64'],
    ['qemu-arm64', 'arm64'],
  ]),
  toolchains: { accepts: (name) => /^(gcc|clang)(-\d+)?$/.test(name), known: ['gcc', 'clang'] },
  suites: {
    accepts: (name) => ['boot', 'kunit', 'ltp-smoke', 'ltp-syscalls'].includes(name),
    known: ['boot', 'kunit'],
  },
}
