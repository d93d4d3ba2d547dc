import type { Device } from '#machine/device'

/**
 * The virtual devices, sorted by name. `tuxrun` is the hardware that TuxRun 1.10
 * gives the device of that name (rendered by its own code); `lean` is what lkft
 * changes, each with a measured reason in docs/boot.md.
 */
export const devices: readonly Device[] = [
  {
    name: 'qemu-arm64',
    buildArch: 'arm64',
    userArch: 'arm64',
    program: 'qemu-system-aarch64',
    tuxrun: {
      machine: 'virt,virtualization=on,gic-version=3,mte=on',
      cpu: 'max,pauth-impdef=on',
      memory: '4G',
      smp: 2,
    },
    lean: { machine: 'virt,gic-version=3', memory: '512M' },
    console: 'ttyAMA0',
    rootDevice: '/dev/vda',
    diskBus: 'virtio',
    kernelFiles: ['Image', 'Image.gz', 'Image.zst'],
    port: 'virtio-mmio',
    bootArgs: [],
    extraArgs: [],
  },
  {
    name: 'qemu-riscv64',
    buildArch: 'riscv',
    userArch: 'riscv',
    program: 'qemu-system-riscv64',
    tuxrun: { machine: 'virt', cpu: 'rv64', memory: '4G', smp: 2 },
    lean: { memory: '512M' },
    console: 'ttyS0',
    rootDevice: '/dev/vda',
    diskBus: 'virtio',
    kernelFiles: ['Image', 'Image.gz', 'Image.zst'],
    port: 'virtio-mmio',
    bootArgs: [],
    extraArgs: [],
  },
  {
    name: 'qemu-x86_64',
    buildArch: 'x86_64',
    userArch: 'x86_64',
    program: 'qemu-system-x86_64',
    tuxrun: { machine: 'q35', cpu: 'Nehalem', memory: '4G', smp: 2 },
    lean: { memory: '512M' },
    console: 'ttyS0',
    rootDevice: '/dev/sda',
    diskBus: 'ide',
    kernelFiles: ['bzImage', 'bzImage.zst'],
    port: 'isa-serial',
    bootArgs: [],
    extraArgs: [],
  },
]
