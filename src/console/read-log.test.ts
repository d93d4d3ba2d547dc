import { describe, expect, it } from 'vitest'
import { findCrashesInLog } from '#console/read-log'

async function kindsOf(text: string): Promise<string> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text)
  }
  const { crashes } = await findCrashesInLog(chunks())
  return crashes.map(({ kind, line }) => `${kind} ${line}`).join(',') || '-'
}

describe('a log in which the kernel never speaks', () => {
  it.each([
    ['behind U-Boot', 'boot-stall 2', 'U-Boot 2023.01 (Jan 01 2023)\nStarting kernel ...\n\n'],
    ['behind the EFI stub', 'boot-stall 2', 'EFI stub: Booting Linux Kernel...\nEFI stub: Exiting boot services...\n'],
    [
      'behind its own decompressor',
      'boot-stall 1',
      'Starting kernel ...\n\nUncompressing Linux... done, booting the kernel.\n',
    ],
  ])('%s stalls', async (_, expected, text) => {
    expect(await kindsOf(text)).toBe(expected)
  })

  it.each([
    [
      'a kernel that is told to be quiet, then a login',
      'Starting kernel ...\n\nDebian GNU/Linux 12 demo\ndemo login: \n',
    ],
    ['a kernel with times', 'Starting kernel ...\n[    0.000000] Booting Linux on physical CPU 0x0\n'],
    ['a kernel without', 'EFI stub: Exiting boot services...\nLinux version 6.6.0 (a@b) (gcc 12) #1 SMP\n'],
    ['a guest that another log shows', '[    1.000000] a\nStarting kernel ...\n'],
    ['a boot loader alone', 'U-Boot 2023.01 (Jan 01 2023)\n=> \n'],
  ])('%s is no stall', async (_, text) => {
    expect(await kindsOf(text)).toBe('-')
  })

  it('and one that reboots before it speaks again', async () => {
    expect(
      await kindsOf('[    0.000000] Linux version 6.6.0\n[    1.000000] a\nU-Boot 2023.01 (x)\nStarting kernel ...\n'),
    ).toBe('reboot 3')
  })
})
