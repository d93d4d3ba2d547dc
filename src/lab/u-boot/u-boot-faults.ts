/** One message by which U-Boot says that something went wrong. */
export interface UBootFault {
  readonly pattern: RegExp
  /** What it means, for a lab's owner. */
  readonly meaning: string
}

/** Messages of the network commands (U-Boot net/tftp.c, net/arp.c, net/bootp.c, net/eth-uclass.c). */
export const networkFaults: readonly UBootFault[] = [
  { pattern: /TFTP error: '?File not found[^\r\n]*/i, meaning: 'the TFTP server does not have the file' },
  { pattern: /TFTP error: [^\r\n]*/, meaning: 'the TFTP server refused' },
  {
    pattern: /ARP Retry count exceeded[^\r\n]*/,
    meaning: "nobody has the TFTP server's address on the board's network",
  },
  { pattern: /Retry time exceeded[^\r\n]*/, meaning: 'no DHCP server answered' },
  { pattern: /Retry count exceeded[^\r\n]*/, meaning: 'the TFTP server stopped answering' },
  { pattern: /No ethernet found\.?/, meaning: 'U-Boot has no network device' },
  { pattern: /TIMEOUT[^\r\n]*/i, meaning: 'the network stopped answering' },
]

/** Messages of booti, bootz and bootm (U-Boot boot/, arch/.../lib/image.c). */
export const imageFaults: readonly UBootFault[] = [
  { pattern: /Bad Linux (?:\w+ )?Image magic!?/i, meaning: 'the file is no kernel Image' },
  { pattern: /zImage: Bad magic!?/, meaning: 'the file is no zImage' },
  {
    pattern: /Wrong Image (?:Format|Type) for \w+ command/,
    meaning: 'the file is of another kind than boot-command takes',
  },
  { pattern: /Can't get kernel image!?/, meaning: 'U-Boot found no kernel at the address' },
  { pattern: /Bad (?:Header|Data) (?:Checksum|CRC|Hash)[^\r\n]*/i, meaning: 'the image is damaged' },
  { pattern: /Wrong Ramdisk Image Format/, meaning: 'U-Boot did not accept the ramdisk' },
  { pattern: /Ramdisk image is corrupt or invalid/i, meaning: 'U-Boot did not accept the ramdisk' },
  { pattern: /RD image overlaps OS image[^\r\n]*/, meaning: "the ramdisk's address lies inside the kernel" },
  {
    pattern: /(?:ERROR: )?Did not find a cmdline Flattened Device Tree/,
    meaning: 'there is no device tree at the address',
  },
  { pattern: /FDT and ATAGS support not compiled in[^\r\n]*/, meaning: 'there is no device tree at the address' },
  {
    pattern: /(?:No|Invalid|Bad) (?:valid )?(?:FDT|device tree)[^\r\n]*/i,
    meaning: 'the device tree was not accepted',
  },
  {
    pattern: /Unknown command '[^']*'/,
    meaning: "this U-Boot was built without the command; see 'bootloader/boot-command'",
  },
  { pattern: /ERROR: [^\r\n]+/, meaning: 'U-Boot could not start the image' },
]

/** The first fault that a text shows, with U-Boot's own words. */
export function findFault(text: string, faults: readonly UBootFault[]): string | undefined {
  for (const { pattern, meaning } of faults) {
    const match = pattern.exec(text)
    if (match !== null) return `${meaning} ("${match[0].trim()}")`
  }
  return undefined
}
