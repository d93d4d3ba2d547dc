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
      if (options.json === true) process.stdout.write(`${JSON.stringify({ devices }, null, 2)}\n`)
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
        process.stdout.write(formatTable(['device', 'builds', 'program', 'machine and cpu', 'memory', 'kernel'], rows))
      }
    })
}
