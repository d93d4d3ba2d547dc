import type { Command } from 'commander'

/** `lkft toolchains`: which toolchains there are and what they build. */
export function define(command: Command): void {
  command
    .option('--json', 'print one JSON document on stdout')
    .option('-a, --target-arch <arch>', 'only those with an image for this architecture')
    .addHelpText(
      'after',
      '\nExamples:\n  lkft toolchains\n  lkft toolchains --target-arch riscv\n  lkft toolchains --json',
    )
    .action(async (flags: { json?: boolean; targetArch?: string }) => {
      const [{ toolchains }, { architectures, findArchitecture }] = await Promise.all([
        import('#build/toolchains'),
        import('#build/architectures'),
      ])
      const only = flags.targetArch === undefined ? undefined : findArchitecture(flags.targetArch).name
      const rows = toolchains.filter((row) => only === undefined || row.architectures.includes(only))
      if (flags.json === true) {
        process.stdout.write(`${JSON.stringify({ toolchains: rows, architectures }, null, 2)}\n`)
        return
      }
      for (const { name, architectures: list } of rows) process.stdout.write(`${name.padEnd(16)} ${list.join(' ')}\n`)
    })
}
