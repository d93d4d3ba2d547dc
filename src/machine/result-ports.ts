/** Ways in which results travel beside the console. `guest` is what rootfs/runner opens. */
export const resultPorts = {
  'second-hvc': { guest: 'hvc1', args: ['-device', 'spapr-vty,reg=0x71000002,chardev=port'] },
  'second-isa': { guest: 'ttyS1', args: ['-device', 'isa-serial,index=1,chardev=port'] },
  'second-pl011': { guest: 'ttyAMA1', args: ['-serial', 'chardev:port'] },
  'second-uart': { guest: 'ttyS1', args: ['-serial', 'chardev:port'] },
  'virtio-ccw': {
    guest: 'virtio',
    args: ['-device', 'virtio-serial-ccw', '-device', 'virtserialport,chardev=port,name=lkft'],
  },
  'virtio-mmio': {
    guest: 'virtio',
    args: ['-device', 'virtio-serial-device', '-device', 'virtserialport,chardev=port,name=lkft'],
  },
  'virtio-pci': {
    guest: 'virtio',
    args: ['-device', 'virtio-serial-pci', '-device', 'virtserialport,chardev=port,name=lkft'],
  },
} as const satisfies Record<string, { readonly guest: string; readonly args: readonly string[] }>

export type ResultPort = keyof typeof resultPorts
