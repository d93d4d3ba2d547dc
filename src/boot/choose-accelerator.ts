import type { BootRequest } from '#boot/boot-request'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import type { Device } from '#machine/device'
import { probeKvm } from '#machine/probe-kvm'

/** Names that Node gives the machines whose KVM runs a device's kernels. */
const hosts: Readonly<Record<string, string>> = {
  'qemu-arm64': 'arm64',
  'qemu-i386': 'x64',
  'qemu-x86_64': 'x64',
}

/**
 * KVM where the host has the device's architecture and a probe proved that it
 * works, else TCG; falling back is said.
 *
 * @throws LkftError BAD_ARGUMENT when KVM was demanded and does not work
 */
export async function chooseAccelerator(
  request: BootRequest,
  device: Device,
  { reporter }: StageContext,
): Promise<'kvm' | 'tcg'> {
  const wish = request.accelerator ?? 'auto'
  if (wish === 'tcg' || (wish === 'auto' && hosts[device.name] !== process.arch)) return 'tcg'
  if (hosts[device.name] !== process.arch) {
    throw new LkftError('BAD_ARGUMENT', `${device.name} cannot use KVM on this ${process.arch} machine`)
  }
  const { usable, reason } = await probeKvm()
  if (usable) return 'kvm'
  if (wish === 'kvm') throw new LkftError('BAD_ARGUMENT', `KVM does not work here: ${reason}`)
  if (reason !== 'there is no /dev/kvm') reporter.warn(`running without KVM: ${reason}`)
  return 'tcg'
}
