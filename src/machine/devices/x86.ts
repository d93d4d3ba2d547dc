import type { Device } from '#machine/device'

/** x86 machines. */
export const x86Devices: readonly Device[] = [
  {
    name: 'qemu-i386',
    userArch: 'i386',
    buildArch: 'i386',
    preferred: true,
    program: 'qemu-system-i386',
    tuxrun: { machine: 'q35', cpu: 'coreduo', memory: '4G', smp: 2 },
    lean: { memory: '512M' },
    console: 'ttyS0',
    rootDevice: '/dev/sda',
    diskBus: 'ide',
    kernelFiles: ['bzImage'],
    port: 'second-isa',
    tuxrunDisk: 'file={rootfs},if=ide,format=raw',
    bootArgs: [],
    patience: ['no_timer_check'],
  },
  {
    name: 'qemu-x86_64',
    userArch: 'x86_64',
    buildArch: 'x86_64',
    preferred: true,
    program: 'qemu-system-x86_64',
    tuxrun: { machine: 'q35', cpu: 'Nehalem', memory: '4G', smp: 2 },
    lean: { memory: '512M' },
    console: 'ttyS0',
    rootDevice: '/dev/sda',
    diskBus: 'ide',
    kernelFiles: ['bzImage'],
    port: 'second-isa',
    tuxrunDisk: 'file={rootfs},if=ide,format=raw',
    bootArgs: [],
    patience: ['no_timer_check'],
  },
]
