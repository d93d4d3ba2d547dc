/** Firmware that models boot with, as the options of `lkft boot` and of TuxRun name it. */
export const firmwareNames = ['ap-romfw', 'bl1', 'fip', 'mcp-fw', 'mcp-romfw', 'scp-fw', 'scp-romfw', 'uefi'] as const

export type FirmwareName = (typeof firmwareNames)[number]

/** One of Arm's fixed virtual platforms, with the software that starts on it: facts, no behaviour. */
export interface FvpDevice {
  readonly name: string
  /** The model's program, looked for in PATH. */
  readonly program: string
  readonly family: 'aemva' | 'morello'
  /** Without these it does not start. */
  readonly firmware: readonly FirmwareName[]
  /** `own`: lkft's initramfs, or the user's; `disk`: an image that the user gives; `none`: its firmware is all. */
  readonly root: 'own' | 'disk' | 'none'
  /** The model's name of the console's terminal. */
  readonly terminal: string
  /** TuxRun's limit. */
  readonly bootMinutes: number
  /** lkft runs suites on it; of the others it only prints the command. */
  readonly runs: boolean
}

const morelloFirmware = ['ap-romfw', 'fip', 'mcp-fw', 'mcp-romfw', 'scp-fw', 'scp-romfw'] as const

function morello(system: string, more: Partial<FvpDevice> = {}): FvpDevice {
  return {
    name: `fvp-morello-${system}`,
    program: 'FVP_Morello',
    family: 'morello',
    firmware: morelloFirmware,
    root: 'disk',
    terminal: 'terminal_uart_ap',
    bootMinutes: 20,
    runs: false,
    ...more,
  }
}

/** Sorted by name. Source: TuxRun's devices of these names. */
export const fvpDevices: readonly FvpDevice[] = [
  {
    name: 'fvp-aemva',
    program: 'FVP_Base_RevC-2xAEMvA',
    family: 'aemva',
    firmware: ['bl1', 'fip', 'uefi'],
    root: 'own',
    terminal: 'terminal_0',
    bootMinutes: 10,
    runs: true,
  },
  morello('android'),
  morello('baremetal', { root: 'none' }),
  morello('busybox'),
  morello('debian'),
  morello('grub'),
  morello('oe'),
  morello('ubuntu', { bootMinutes: 60 }),
]

/** The model of that name, if it is one. */
export function findFvp(name: string | undefined): FvpDevice | undefined {
  return fvpDevices.find((device) => device.name === name)
}
