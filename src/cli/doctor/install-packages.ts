import { LkftError } from '#errors/lkft-error'
import { type CommandLine, formatCommandLine } from '#process/command-line'
import { runCommand } from '#process/run-command'

/**
 * Installs Debian packages with apt, as root or through sudo, showing its output.
 *
 * @throws LkftError TOOL_MISSING without apt, CHILD_FAILED when apt fails
 */
export async function installPackages(packages: readonly string[], dryRun: boolean): Promise<void> {
  if (packages.length === 0) {
    process.stdout.write('Nothing to install.\n')
    return
  }
  const root = process.getuid?.() === 0
  const install: CommandLine = {
    argv: [
      ...(root ? (['env'] as const) : (['sudo', 'env'] as const)),
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      'install',
      '-y',
      '--no-install-recommends',
      ...packages,
    ],
  }
  process.stdout.write(`${formatCommandLine(install)}\n`)
  if (dryRun) return
  const result = await runCommand(install, { onLine: (line) => process.stderr.write(`  ${line}\n`) })
  if (result.exitCode === 0) return
  throw new LkftError('CHILD_FAILED', `apt-get install exited with ${result.exitCode}`, {
    hint: "Run 'apt-get update' first, and see its messages above.",
  })
}
