import { labFailed } from '#lab/lab-failed'
import type { UBootShell } from '#lab/u-boot/u-boot-shell'
import type { Board } from '#schema/documents'

/** Where files go in the board's memory: hexadecimal digits without `0x`. */
export interface LoadAddresses {
  readonly kernel: string
  readonly ramdisk: string
  readonly fdt: string
}

/** U-Boot's own variables, tried in order, when the board file names no address. */
const variables = {
  kernel: ['kernel_addr_r', 'loadaddr'],
  ramdisk: ['ramdisk_addr_r', 'rdaddr'],
  fdtLoaded: ['fdt_addr_r', 'fdtaddr'],
  fdtOwn: ['fdt_addr', 'fdtcontroladdr'],
} as const

/**
 * Asks U-Boot where to load.
 *
 * @param loadsTree a device tree is loaded; else the board's own is used
 * @throws LkftError LAB_FAILED that names the field to give when U-Boot does not know
 */
export async function loadAddresses(
  shell: UBootShell,
  bootloader: Board['bootloader'],
  loadsTree: boolean,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<LoadAddresses> {
  const resolve = async (field: keyof LoadAddresses, names: readonly string[]): Promise<string> => {
    const given = bootloader[`${field}-address`]
    const candidates = given === undefined ? names.map((name) => `\${${name}}`) : [given]
    for (const candidate of candidates) {
      const answer = candidate.startsWith('$')
        ? await shell.run(`echo "at:${candidate}:"`, { ...options, step: 'bootloader' })
        : { output: `at:${candidate}:` }
      const address = /at:(?:0x)?([0-9a-f]{1,16}):/i.exec(answer.output)?.[1]
      if (address !== undefined) return address.toLowerCase()
    }
    throw labFailed(
      'bootloader',
      `U-Boot does not say where the ${field} goes: ${candidates.join(' and ')} not set`,
      `Give 'bootloader/${field}-address' in the board file.`,
    )
  }
  return {
    kernel: await resolve('kernel', variables.kernel),
    ramdisk: await resolve('ramdisk', variables.ramdisk),
    fdt: await resolve('fdt', loadsTree ? variables.fdtLoaded : variables.fdtOwn),
  }
}
