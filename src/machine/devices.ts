import type { Device } from '#machine/device'
import { armDevices } from '#machine/devices/arm'
import { mipsDevices } from '#machine/devices/mips'
import { otherDevices } from '#machine/devices/other'
import { powerpcDevices } from '#machine/devices/powerpc'
import { riscvDevices } from '#machine/devices/riscv'
import { x86Devices } from '#machine/devices/x86'

/**
 * The virtual devices, sorted by name. `tuxrun` is the hardware that TuxRun 1.10
 * gives the device of that name (rendered by its own code; qemu-loongarch64 is
 * ours); `lean` is what lkft changes, each with a measured reason in docs/boot.md.
 */
export const devices: readonly Device[] = [
  ...armDevices,
  ...mipsDevices,
  ...otherDevices,
  ...powerpcDevices,
  ...riscvDevices,
  ...x86Devices,
].sort((a, b) => (a.name < b.name ? -1 : 1))
