import { resolve } from 'node:path'
import type { BootRequest } from '#boot/boot-request'
import { type FirmwareName, type FvpDevice, firmwareNames } from '#boot/fvp/fvp-device'
import { rootKindOfName } from '#boot/root-source'
import { LkftError } from '#errors/lkft-error'

/** What a model needs is there, and nothing that it cannot use. @throws LkftError BAD_ARGUMENT that names all of it */
export function checkFvpInputs(request: BootRequest, device: FvpDevice): void {
  const given: readonly string[] = Object.keys(request.firmware ?? {})
  const missing: string[] = device.firmware.filter((name) => !given.includes(name))
  if (device.root === 'disk' && request.rootfs === undefined) missing.push('rootfs')
  if (device.root === 'own' && request.dtb === undefined) missing.push('dtb')
  if (device.root === 'own' && request.kernel === undefined && request.build === undefined) missing.push('kernel')
  if (missing.length > 0) {
    throw new LkftError('BAD_ARGUMENT', `${device.name} needs ${missing.map((name) => `--${name}`).join(', ')}`)
  }
  const { bios, cpu, machine, memory, smp, qemuBinary, template, shards, partition, diskBus, shared } = request
  const asked = { bios, cpu, machine, memory, smp, 'qemu-binary': qemuBinary, template, shards, shared, partition }
  const kernelOf = device.root === 'own' ? undefined : request.kernel
  const unusable = [
    ...Object.entries({ ...asked, 'disk-bus': diskBus, kernel: kernelOf }).flatMap(([name, value]) =>
      value === undefined ? [] : [name],
    ),
    ...firmwareNames.filter((name) => given.includes(name) && !device.firmware.includes(name)),
    ...(request.cca === true && device.family !== 'aemva' ? ['cca'] : []),
  ]
  if (unusable[0] === undefined) return
  throw new LkftError('BAD_ARGUMENT', `--${unusable[0]} means nothing on ${device.name}`)
}

/** The disk image of a request, if its root file system is one. */
export function diskOf({ rootfs }: BootRequest): string | undefined {
  return rootfs !== undefined && rootKindOfName(rootfs) === 'disk' ? rootfs : undefined
}

/** Firmware as absolute paths; URLs stay. */
export function firmwareFiles(request: BootRequest): Readonly<Partial<Record<FirmwareName, string>>> {
  const entries = Object.entries(request.firmware ?? {})
  return Object.fromEntries(entries.map(([name, file]) => [name, /^https?:/i.test(file) ? file : resolve(file)]))
}
