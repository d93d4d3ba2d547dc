import type { Command } from 'commander'
import type { GroupFinding } from '#cli/doctor/check-tools'

interface DoctorOptions {
  readonly json?: boolean
  readonly fix?: boolean
  readonly all?: boolean
  readonly dryRun?: boolean
}

/** Adds `lkft doctor`. */
export function define(command: Command): void {
  command
    .option('--fix', 'install what the main job lacks with apt (as root or with sudo)')
    .option('--all', 'with --fix: install everything that is listed')
    .option('--dry-run', 'with --fix: print the apt command and run nothing')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExamples:\n  lkft doctor\n  lkft doctor --fix\n  lkft doctor --fix --all --dry-run')
    .action(async (options: DoctorOptions) => {
      process.exitCode = await examine(options)
    })
}

/** 0 when the main job can run, 2 when something essential is missing. */
async function examine(options: DoctorOptions): Promise<number> {
  const { checkTools, packagesToInstall } = await import('#cli/doctor/check-tools')
  const { probeKvm } = await import('#machine/probe-kvm')
  if (options.fix === true) {
    const { installPackages } = await import('#cli/doctor/install-packages')
    await installPackages(
      packagesToInstall(await checkTools(searchPath()), options.all === true),
      options.dryRun === true,
    )
    if (options.dryRun === true) return 0
  }
  const groups = await checkTools(searchPath())
  const kvm = await probeKvm()
  const ready = groups.every((group) => group.ready || !group.essential)
  if (options.json === true) process.stdout.write(`${JSON.stringify({ ready, groups, kvm }, null, 2)}\n`)
  else
    for (const line of describe(groups, kvm, ready, packagesToInstall(groups, false))) process.stdout.write(`${line}\n`)
  return ready ? 0 : 2
}

function searchPath(): string {
  return process.env['PATH'] ?? ''
}

function describe(
  groups: readonly GroupFinding[],
  kvm: { readonly usable: boolean; readonly reason: string },
  ready: boolean,
  missing: readonly string[],
): readonly string[] {
  const lines = [`Node ${process.version}`]
  for (const group of groups) {
    lines.push(`${group.ready ? 'ok     ' : group.essential ? 'MISSING' : 'partly '} ${group.name}`)
    for (const { program, path, purpose, package: name } of group.tools) {
      lines.push(
        path === undefined
          ? `          - ${program.padEnd(28)} not installed (apt: ${name}), ${purpose}`
          : `          + ${program.padEnd(28)} ${path}`,
      )
    }
  }
  lines.push(`${kvm.usable ? 'ok     ' : 'no     '} KVM: ${kvm.reason}`)
  lines.push(
    ready
      ? 'Ready: kernels can be built and booted here.'
      : `Not ready: run 'lkft doctor --fix' or: apt-get install ${missing.join(' ')}`,
  )
  return lines
}
