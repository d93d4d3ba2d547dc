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
    cycle?: string
    /**
     * pause after off before on
     */
    'settle-seconds'?: number
  }
  /**
   * where the serial console is
   */
  console:
    | {
        /**
         * tty or pty device file
         */
        device: string
        speed?: number
      }
    | {
        /**
         * host:port of a raw TCP console
         */
        tcp: string
      }
    | {
        /**
         * program whose stdin and stdout are the console
         */
        command: string
      }
  bootloader: {
    type: 'u-boot'
    /**
     * regular expression of the autoboot message
     */
    'stop-prompt'?: string
    /**
     * what stops autoboot
     */
    'stop-keys'?: string
    /**
     * regular expression of the prompt
     */
    prompt?: string
    'kernel-address'?: string
    'ramdisk-address'?: string
    'fdt-address'?: string
    'boot-command'?: 'booti' | 'bootz' | 'bootm'
    /**
     * dtb in the build to load by TFTP; the board's own tree when absent
     */
    fdt?: string
    /**
     * extra commands before the transfer, e.g. network set-up
     */
    commands?: string[]
    'timeout-seconds'?: number
  }
  network: {
    tftp: {
      /**
       * folder that an existing TFTP server serves
       */
      directory?: string
      /**
       * address:port for lkft's own TFTP server
       */
      listen?: string
      /**
       * address of the TFTP server as the board sees it
       */
      'server-address'?: string
    }
  }
  /**
   * console and the like; lkft adds its own options
   */
  'kernel-command-line': string
  login?: {
    /**
     * regular expression of the shell prompt
     */
    prompt?: string
    'login-prompt'?: string
    user?: string
    password?: string
  }
  /**
   * cpio archive for the ramdisk; lkft's busybox one when absent
   */
  rootfs?: string
  timeouts?: {
    'bootloader-seconds'?: number
    'transfer-seconds'?: number
    'boot-seconds'?: number
    'silence-seconds'?: number
  }
}
