import type { Suite } from '#suites/suite'

/**
 * Suites that run only on devices which lkft does not drive, known by name so
 * that asking for one is answered: limit in minutes, where, names. Source: tuxlava.
 */
const rows: readonly (readonly [minutes: number, where: string, names: string])[] = [
  [480, 'fastboot-aosp-*', 'android-cts android-vts android-vts-kernel-v7a android-vts-kernel-v8a'],
  [34, 'fvp-morello-android', 'binder'],
  [1000, 'fvp-morello-android', 'bionic'],
  [5, 'fvp-morello-grub', 'boot-busybox-acpi boot-busybox-dt boot-debian-acpi boot-debian-dt'],
  [150, 'fvp-morello-android', 'boottest'],
  [240, 'fvp-morello-android', 'boringssl'],
  [15, 'fvp-morello-android', 'compartment device-tree dvfs multicore'],
  [5, 'fvp-morello-debian', 'debian-purecap'],
  [120, 'fvp-morello-oe', 'fwts'],
  [20, 'an interactive terminal', 'hacking-session'],
  [30, 'fvp-morello-android', 'libjpeg-turbo libpdfium libpng lldb zlib'],
  [60, 'fvp-morello-android', 'libpcre'],
  [420, 'fvp-morello-android', 'logd'],
  [5, 'fvp-morello-busybox', 'purecap virtiop9'],
  [5, 'fvp-morello-android and fvp-morello-busybox', 'smc91x virtio_net'],
  [30, 'qemu-arm64 with TrustZone firmware', 'tfa-tests'],
  [10, 'fastboot-*', 'wifi'],
]

/** One suite for each name. */
export const elsewhereSuites: readonly Suite[] = rows.flatMap(([timeoutMinutes, where, names]) =>
  names.split(' ').map((name) => ({
    name,
    kind: 'elsewhere',
    summary: `runs on ${where} only`,
    timeoutMinutes,
    needsKconfig: [],
    needsPrograms: [],
    devices: [where],
    parameters: {},
  })),
)
