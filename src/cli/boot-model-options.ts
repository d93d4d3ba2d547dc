import type { Command } from 'commander'
import { type FirmwareName, firmwareNames } from '#boot/fvp/fvp-device'

/** Adds them. */
export function addModelOptions(command: Command): void {
  for (const name of firmwareNames) command.option(`--${name} <file|url>`, 'firmware of an FVP model')
  command
    .option('--fvp-binary <file>', "the model's program, instead of the one in PATH")
    .option('--cca', "realms on an FVP model, Arm's confidential compute")
}

/** The firmware among the options, by its name. */
export function readFirmware(options: object): { readonly firmware?: Readonly<Partial<Record<FirmwareName, string>>> } {
  const given = new Map(Object.entries(options) as [string, unknown][])
  const found = firmwareNames.flatMap((name) => {
    const value = given.get(name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()))
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  return found.length === 0 ? {} : { firmware: Object.fromEntries(found) }
}
