import type { Command } from 'commander'

const examples = `
Examples:
  lkft devices
  lkft devices --json`

/** Adds what `lkft devices` does. */
export function define(command: Command): void {
  command
    .option('--json', 'print one JSON document on stdout')
    .addHelpText('after', examples)
    .action(async (options: { readonly json?: boolean }) => {
      const { devices } = await import('#machine/devices')
      const { formatTable } = await import('#log/format-table')
      const { sshDevice } = await import('#boot/ssh/ssh-target')
      const { fvpDevices } = await import('#boot/fvp/fvp-device')
      if (options.json === true)
        process.stdout.write(
          `${JSON.stringify({ devices: [...devices, ...fvpDevices, { name: sshDevice, program: 'ssh' }] }, null, 2)}\n`,
        )
      else {
        const rows = devices.map(({ name, buildArch, program, tuxrun, lean, kernelFiles }) => {
          const { machine, cpu, memory } = { ...tuxrun, ...lean }
          return [
            name,
            buildArch,
            program,
            `${machine}${cpu === undefined ? '' : ` ${cpu}`}`,
            memory,
            kernelFiles.join(' '),
          ]
        })
        for (const { name, program, firmware, runs } of fvpDevices) {
          const what = runs ? "Arm's model" : "Arm's model; --dry-run only"
          rows.push([name, 'arm64', program, what, runs ? '4G' : '', `Image; ${firmware.join(' ')}`])
        }
        rows.push([sshDevice, 'any', 'ssh', 'a machine that runs already', '', ''])
        process.stdout.write(formatTable(['device', 'builds', 'program', 'machine and cpu', 'memory', 'kernel'], rows))
      }
    })
}
