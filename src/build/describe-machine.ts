import { cpus, release, totalmem, machine } from 'node:os'
import { statfs } from 'node:fs/promises'
import type { EnvironmentFound } from '#build/probe-environment'
import { runCommand } from '#process/run-command'
import type { Build } from '#schema/documents'

/** Facts of the machine for build.json. */
export async function describeMachine(output: string, found: EnvironmentFound): Promise<NonNullable<Build['machine']>> {
  const { bavail, bsize } = await statfs(output)
  return {
    system: found.system,
    system_version: found.systemVersion,
    kernel: release(),
    machine: machine(),
    cores: cpus().length,
    memory_bytes: totalmem(),
    disk_free_bytes: bavail * bsize,
  }
}

/** Bytes that a folder takes on the disk. */
export async function folderBytes(folder: string): Promise<number> {
  const { stdout } = await runCommand({ argv: ['du', '--summarize', '--block-size=1', folder] })
  return Number(/^\d+/.exec(stdout)?.[0] ?? 0)
}
