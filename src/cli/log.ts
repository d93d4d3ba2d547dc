import { type Command, Option } from 'commander'
import type { DecodedFrame } from '#console/decode-trace'
import type { Crash } from '#console/find-crashes'
import { watchInterruption } from '#process/interruption'

interface LogOptions {
  readonly json?: boolean
  readonly onWarning: 'fail' | 'record' | 'ignore'
  readonly vmlinux?: string
}

/** Defines `lkft log`. */
export function define(command: Command): void {
  command
    .argument('<file>', 'console log of any size, as it came from the wire; - reads standard input')
    .option('--json', 'print {"crashes": […]} on stdout')
    .addOption(
      new Option('--on-warning <policy>', 'what a warning does: exit 1, be shown only, or be left out')
        .choices(['fail', 'record', 'ignore'])
        .default('record'),
    )
    .option('--vmlinux <file>', "the kernel's ELF file, also as .zst: traces get source files and lines")
    .addHelpText(
      'after',
      `
Examples:
  lkft log console.log
  lkft log console.log --json | jq -r '.crashes[] | [.kind, .title] | @tsv'
  lkft log console.log --vmlinux build/vmlinux.zst
  zcat serial.log.gz | lkft log -

Exit code 1 when the kernel crashed, hung or reported an error of its own; 0 otherwise.`,
    )
    .action(async (file: string, options: LogOptions) => {
      const { openLog, findCrashesInLog } = await import('#console/read-log')
      const { readingInput } = await import('#cli/reading-input')
      const reading = await readingInput(file, () => findCrashesInLog(openLog(file)))
      const crashes = reading.crashes.filter((crash) => options.onWarning !== 'ignore' || !isMild(crash))
      const decoded = await decodeWith(options.vmlinux, crashes)
      if (options.json === true) {
        const told = crashes.map((crash) => (decoded === undefined ? crash : { ...crash, frames: decoded.get(crash) }))
        process.stdout.write(`${JSON.stringify({ crashes: told }, null, 2)}\n`)
      } else {
        const { describeCrashes } = await import('#console/describe-crashes')
        for (const line of describeCrashes(crashes, reading, decoded)) process.stdout.write(`${line}\n`)
      }
      const bad = crashes.some((crash) => (options.onWarning === 'fail' ? crash.severity !== 'info' : !isMild(crash)))
      process.exitCode = bad ? 1 : 0
    })
}

async function decodeWith(
  vmlinux: string | undefined,
  crashes: readonly Crash[],
): Promise<ReadonlyMap<Crash, readonly DecodedFrame[]> | undefined> {
  if (vmlinux === undefined) return undefined
  const { decodeTraces } = await import('#console/decode-trace')
  const { readingInput } = await import('#cli/reading-input')
  using interruption = watchInterruption()
  return readingInput(vmlinux, () => decodeTraces(crashes, vmlinux, interruption.signal))
}

function isMild(crash: Crash): boolean {
  return crash.severity === 'warning' || crash.severity === 'info'
}
