import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { BootRequest } from '#boot/boot-request'
import { listBootCommands } from '#boot/list-boot-commands'
import { formatCommandLine } from '#process/command-line'

const golden = readFileSync(new URL('./golden/tuxrun-commands.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')

/** Words of a shell line with plain double or single quotes, as the golden lines have. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

async function dryRun(request: Partial<BootRequest>): Promise<string[]> {
  const files = { kernel: '{kernel}', rootfs: '{rootfs}' }
  const all = { profile: 'tuxrun', suites: ['boot'], outputDir: 'run', ...files, ...request } as const
  const [command] = await listBootCommands(all)
  return words(formatCommandLine(command ?? { argv: [''] }))
}

function goldenWords(device: string): string[] {
  return words(golden.find((line) => line.startsWith(`${device}: `))?.slice(device.length + 2) ?? '')
}

test.each(golden.map((line) => line.split(': ', 1)[0] ?? ''))(
  "--profile tuxrun --dry-run gives TuxRun's own line for %s",
  async (device) => {
    const wanted = goldenWords(device)
    const extra = {
      ...(wanted.includes('-dtb') && { dtb: '{dtb}' }),
      ...(wanted.includes('-bios') && { bios: '{bios}' }),
    }
    expect(await dryRun({ device, ...extra })).toEqual(wanted)
  },
)

test('all 20 devices of TuxRun are there', () => {
  expect(golden).toHaveLength(20)
})

test('--network changes what it changes in TuxRun', async () => {
  const wanted = goldenWords('qemu-x86_64').join(' ')
  const network = '-net nic,model=virtio,macaddr=52:54:00:12:34:58 -net user'
  const line = await dryRun({ device: 'qemu-x86_64', network: true })
  expect(line.join(' ')).toBe(wanted.replace('-nic none', network))
})

test('--boot-args stand before the last word', async () => {
  const line = await dryRun({ device: 'qemu-arm64', bootArgs: ' a=b  c ' })
  expect(line.join(' ')).toBe(goldenWords('qemu-arm64').join(' ').replace(' earlycon', ' a=b c earlycon'))
})

test('a cpio root file system is an initrd, and root= is dropped', async () => {
  const line = (await dryRun({ device: 'qemu-arm64', rootfs: 'rootfs.cpio.gz' })).join(' ')
  expect(line).toContain('-initrd rootfs.cpio.gz')
  expect(line).not.toContain('root=/dev')
})

test('--accel kvm puts a second -cpu behind the first', async () => {
  const line = (await dryRun({ device: 'qemu-x86_64', accelerator: 'kvm' })).join(' ')
  expect(line).toContain('-cpu Nehalem -cpu host -enable-kvm -machine q35')
})

test('--partition names it behind the root device', async () => {
  const line = (await dryRun({ device: 'qemu-x86_64', partition: 1 })).join(' ')
  expect(line).toBe(goldenWords('qemu-x86_64').join(' ').replace('root=/dev/sda', 'root=/dev/sda1'))
})

test('--pflash stands where TuxRun has it, behind the firmware', async () => {
  const line = (await dryRun({ device: 'qemu-riscv32', bios: '{bios}', pflash: ['a.fd', 'b,c.fd'] })).join(' ')
  const flash = '-drive file=a.fd,format=raw,if=pflash -drive file=b,,c.fd,format=raw,if=pflash'
  expect(line).toBe(goldenWords('qemu-riscv32').join(' ').replace('{bios}', `{bios} ${flash}`))
})

test('--shared attaches the folder under the tag of TuxRun', async () => {
  const line = (await dryRun({ device: 'qemu-x86_64', shared: '/srv/x:/mnt/y' })).join(' ')
  expect(line).toContain('-virtfs local,path=/srv/x,mount_tag=tuxlava,security_model=mapped')
})
