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
      if (options.json === true)
        process.stdout.write(
          `${JSON.stringify({ devices: [...devices, { name: sshDevice, program: 'ssh' }] }, null, 2)}\n`,
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
        rows.push([sshDevice, 'any', 'ssh', 'a machine that runs already', '', ''])
        process.stdout.write(formatTable(['device', 'builds', 'program', 'machine and cpu', 'memory', 'kernel'], rows))
      }
    })
}
