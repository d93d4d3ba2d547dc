import { LkftError } from '#errors/lkft-error'
import { unknownName } from '#errors/nearest-names'
import type { Device } from '#machine/device'
import { devices } from '#machine/devices'

/** The device of that name. @throws LkftError UNKNOWN_NAME with the nearest names */
export function findDevice(name: string): Device {
  const device = devices.find((row) => row.name === name)
  if (device !== undefined) return device
  throw unknownName(
    'device',
    name,
    devices.map((row) => row.name),
  )
}

/** The device that boots kernels of a target architecture. @throws LkftError UNKNOWN_NAME */
export function findDeviceForArch(arch: string): Device {
  const device = devices.find((row) => row.buildArch === arch && row.preferred === true)
  if (device !== undefined) return device
  const known = [...new Set(devices.map((row) => row.buildArch))].toSorted().join(', ')
  throw new LkftError('UNKNOWN_NAME', `no virtual device boots kernels for '${arch}'`, { hint: `Known: ${known}` })
}
