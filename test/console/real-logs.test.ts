import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findCrashesInLog, openLog } from '#console/read-log'

const fixtures = join(import.meta.dirname, 'fixtures')

/** Consoles of kernels that really died in QEMU, and what happened to each. */
const happened: Readonly<Record<string, readonly string[]>> = {
  'boot-and-crash-riscv.log': ['panic Kernel panic - not syncing: sysrq triggered crash'],
  'init-exits-x86.log': ['panic Kernel panic - not syncing: Attempted to kill init!'],
  'out-of-memory-x86.log': [
    'oom invoked oom-killer',
    'panic Kernel panic - not syncing: System is deadlocked on memory',
  ],
  'sysrq-crash-arm64.log': ['panic Kernel panic - not syncing: sysrq triggered crash'],
  'sysrq-crash-riscv.log': ['panic Kernel panic - not syncing: sysrq triggered crash'],
  'sysrq-crash-x86.log': ['panic Kernel panic - not syncing: sysrq triggered crash'],
  'timer-panic-x86.log': ["panic Kernel panic - not syncing: IO-APIC + timer doesn't work!"],
}

const read = async (name: string): ReturnType<typeof findCrashesInLog> =>
  findCrashesInLog(openLog(join(fixtures, name)))

it.each(readdirSync(fixtures).sort())('%s: tells what happened, in order, and nothing else', async (name) => {
  const { crashes } = await read(name)
  const expected = happened[name]
  expect(crashes.map(({ kind, title }, at) => `${kind} ${title}`.slice(0, expected?.[at]?.length))).toEqual(expected)
})

it('the same bug has the same signature on two architectures', async () => {
  const [arm, riscv] = await Promise.all([read('sysrq-crash-arm64.log'), read('sysrq-crash-riscv.log')])
  expect(arm.crashes[0]?.trace.slice(0, 3)).toEqual(['__handle_sysrq', 'write_sysrq_trigger', 'proc_reg_write'])
  expect(riscv.crashes[0]?.signature).toBe(arm.crashes[0]?.signature)
})
