import type { Device } from '#machine/device'

/** RISC-V machines. */
export const riscvDevices: readonly Device[] = [
  {
    name: 'qemu-riscv32',
    userArch: 'riscv32',
    buildArch: 'riscv',
    program: 'qemu-system-riscv32',
    tuxrun: { machine: 'virt', cpu: 'rv32', memory: '2G', smp: 2 },
    lean: { memory: '512M' },
    console: 'ttyS0',
    rootDevice: '/dev/vda',
    diskBus: 'virtio',
    kernelFiles: ['Image', 'Image.gz'],
    port: 'virtio-mmio',
    bootArgs: [],
    bios: 'fw_jump.elf',
  },
  {
    name: 'qemu-riscv64',
    userArch: 'riscv',
    buildArch: 'riscv',
    preferred: true,
    program: 'qemu-system-riscv64',
    tuxrun: { machine: 'virt', cpu: 'rv64', memory: '4G', smp: 2 },
    lean: { memory: '512M' },
    console: 'ttyS0',
    rootDevice: '/dev/vda',
    diskBus: 'virtio',
    kernelFiles: ['Image', 'Image.gz'],
    port: 'virtio-mmio',
    bootArgs: [],
  },
]
