// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * a board of a lab: how it is powered, reached, booted and logged into
 */
export interface Board {
  version: 1
  /**
   * the board's own name, unique in the lab
   */
  name: string
  /**
   * the board's type, e.g. beaglebone-black
   */
  device: string
  /**
   * target architecture of its kernels
   */
  arch: string
  /**
   * commands, run without a shell after word splitting
   */
  power: {
    /**
     * command that powers the board on; returns when done
     */
    on: string
    off: string
    /**
     * pause after off before on; 1 when absent
     */
    'settle-seconds'?: number
    /**
     * seconds that a power command may take; 60 when absent
     */
    'timeout-seconds'?: number
  }
  /**
   * where the serial console is: one of device, tcp, telnet and command
   */
  console: (
    | {
        device: unknown
      }
    | {
        tcp: unknown
      }
    | {
        telnet: unknown
      }
    | {
        command: unknown
      }
  ) & {
    /**
     * tty or pty device file
     */
    device?: string
    /**
     * baud; 115200 when absent
     */
    speed?: number
    /**
     * pause between characters, for UARTs that lose them
     */
    'character-delay-ms'?: number
    /**
     * host:port of a raw TCP console
     */
    tcp?: string
    /**
     * host:port of a telnet console, e.g. ser2net's
     */
    telnet?: string
    /**
     * program whose stdin and stdout are the console
     */
    command?: string
  }
  bootloader: {
    type: 'u-boot'
    /**
     * regular expression of the autoboot message; U-Boot's usual ones when absent
     */
    'stop-prompt'?: string
    /**
     * what stops autoboot; a space when absent
     */
    'stop-keys'?: string
    /**
     * regular expression of the prompt; '=> ' at the start of a line when absent
     */
    prompt?: string
    /**
     * hexadecimal address, or ${variable} of U-Boot; kernel_addr_r when absent
     */
    'kernel-address'?: string
    /**
     * hexadecimal address, or ${variable} of U-Boot; ramdisk_addr_r when absent
     */
    'ramdisk-address'?: string
    /**
     * hexadecimal address, or ${variable} of U-Boot; fdt_addr_r, or fdt_addr for the board's own tree, when absent
     */
    'fdt-address'?: string
    /**
     * booti for arm64 and riscv, bootz for arm, bootm else when absent
     */
    'boot-command'?: 'booti' | 'bootz' | 'bootm'
    /**
     * dtb in the build to load by TFTP; the board's own tree when absent
     */
    fdt?: string
    /**
     * extra commands before the transfer, e.g. network set-up
     */
    commands?: string[]
    /**
     * regular expression of what U-Boot prints last; 'Starting kernel' when absent
     */
    'start-message'?: string
  }
  network: {
    /**
     * one of directory and listen
     */
    tftp: (
      | {
          directory: unknown
        }
      | {
          listen: unknown
        }
    ) & {
      /**
       * folder that an existing TFTP server serves
       */
      directory?: string
      /**
       * address:port for lkft's own TFTP server, e.g. 192.168.1.1:69
       */
      listen?: string
      /**
       * address of the TFTP server as the board sees it; the listen address when absent
       */
      'server-address'?: string
    }
    /**
     * whether U-Boot runs dhcp before the transfers; true when absent
     */
    dhcp?: boolean
  }
  /**
   * console and the like; lkft adds its own options
   */
  'kernel-command-line': string
  /**
   * cpio archive for the ramdisk, plain or compressed, that holds lkft's init or starts /lkft/runner; lkft's own when absent
   */
  rootfs?: string
  timeouts?: {
    /**
     * power-on to the prompt; 60 when absent
     */
    'bootloader-seconds'?: number
    /**
     * each file; 120 when absent
     */
    'transfer-seconds'?: number
    /**
     * start of the kernel to the first test command; 300 when absent
     */
    'boot-seconds'?: number
    /**
     * no byte from a booting kernel: a hang; 60 when absent
     */
    'silence-seconds'?: number
  }
  /**
   * how runs keep out of each other's way
   */
  lock?: {
    /**
     * folder of the lock file; /run/lock when absent
     */
    folder?: string
  }
}
