import { expect, test } from 'vitest'
import type { BootRequest } from '#boot/boot-request'
import { fvpDevices } from '#boot/fvp/fvp-device'
import { listBootCommands } from '#boot/list-boot-commands'

const aemva = { bl1: 'bl1.bin', fip: 'fip.bin', uefi: 'efi.fd' }
const morello = {
  'ap-romfw': 'ap.bin',
  fip: 'fip.bin',
  'mcp-fw': 'mcp.bin',
  'mcp-romfw': 'mcprom.bin',
  'scp-fw': 'scp.bin',
  'scp-romfw': 'scprom.bin',
}

async function dryRun(request: Partial<BootRequest>): Promise<readonly string[]> {
  const [command] = await listBootCommands({ suites: [], outputDir: 'run', ...request })
  return command?.argv ?? []
}

test('fvp-aemva gets its firmware, two clusters of four cores and the folder with kernel and startup.nsh', async () => {
  const words = await dryRun({ device: 'fvp-aemva', kernel: 'Image', dtb: 'fvp.dtb', firmware: aemva })
  expect(words[0]).toBe('FVP_Base_RevC-2xAEMvA')
  expect(words).toEqual(
    expect.arrayContaining([
      'bp.secureflashloader.fname=bl1.bin',
      'bp.flashloader0.fname=fip.bin',
      'bp.flashloader1.fname=efi.fd',
      'bp.secure_memory=1',
      'bp.dram_size=4',
      'cluster0.cpu0.semihosting-cwd=shell',
      'cluster1.NUM_CORES=4',
      'cluster1.has_arm_v8-9=1',
      'cluster0.has_arm_v9-5=1',
      'pci.pci_smmuv3.mmu.SMMU_S_IDR1=2684354562',
    ]),
  )
  expect(words.filter((word) => word === '-C')).toHaveLength((words.length - 2) / 2)
  expect(words.some((word) => /has_rme|rme_support_level|virtioblockdevice/.test(word))).toBe(false)
})

test('--cca gives it realms, a disk its block device', async () => {
  const files = { kernel: 'Image', dtb: 'fvp.dtb', rootfs: 'root.ext4', firmware: aemva }
  const words = await dryRun({ device: 'fvp-aemva', cca: true, ...files })
  const wanted = ['bp.secure_memory=0', 'bp.has_rme=1', 'cluster1.rme_support_level=2']
  expect(words).toEqual(expect.arrayContaining([...wanted, 'bp.virtioblockdevice.image_path=root.ext4']))
})

test.each(fvpDevices.filter(({ family }) => family === 'morello'))('$name', async ({ name, root }) => {
  const rootfs = root === 'disk' ? 'disk.img' : undefined
  const words = await dryRun({ device: name, firmware: morello, rootfs })
  expect(words.slice(0, 3)).toEqual(['FVP_Morello', '--data', 'Morello_Top.css.scp.armcortexm7ct=scprom.bin@0x0'])
  expect(words).toContain('board.ap_qspi_loader.fname=fip.bin')
  expect(words.includes('board.virtioblockdevice.image_path=disk.img')).toBe(rootfs !== undefined)
})

test('what a model lacks is named at once, and what it cannot use', async () => {
  await expect(dryRun({ device: 'fvp-aemva', firmware: { fip: 'f' } })).rejects.toThrow(
    'fvp-aemva needs --bl1, --uefi, --dtb, --kernel',
  )
  const whole = { device: 'fvp-aemva', kernel: 'Image', dtb: 'd', firmware: aemva }
  await expect(dryRun({ ...whole, memory: '8G' })).rejects.toThrow('--memory means nothing on fvp-aemva')
  await expect(dryRun({ ...whole, firmware: { ...aemva, 'scp-fw': 's' } })).rejects.toThrow('--scp-fw')
  await expect(dryRun({ device: 'qemu-arm64', kernel: 'Image', cca: true })).rejects.toThrow('fvp-aemva')
})
