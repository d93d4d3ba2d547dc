/** U-Boot's firmware for QEMU's arm64 virt machine, from Debian's u-boot-qemu. */
const firmware = '/usr/lib/u-boot/qemu_arm64/u-boot.bin'

/** The QEMU command of the virtual board: serial on a socket that the board's line listens on. */
export function qemuCommand(options: {
  readonly serialSocket: string
  /** Folder that QEMU's own TFTP server at 10.0.2.2 serves. */
  readonly tftpFolder: string
}): readonly [string, ...string[]] {
  return [
    'qemu-system-aarch64',
    '-nodefaults',
    '-no-user-config',
    '-machine',
    'virt,acpi=off',
    '-cpu',
    'cortex-a57',
    '-m',
    '512',
    '-display',
    'none',
    '-bios',
    firmware,
    '-chardev',
    `socket,id=line,path=${options.serialSocket}`,
    '-serial',
    'chardev:line',
    '-netdev',
    `user,id=net,tftp=${options.tftpFolder}`,
    '-device',
    'virtio-net-pci,netdev=net,romfile=',
  ]
}
