import { listBootCommands } from '#boot/list-boot-commands'
import { listBuildCommands } from '#build/list-build-commands'
import { buildDirectory, toBootRequest, toBuildRequest, toLabRequest } from '#cli/run/cell-requests'
import type { PlanRun } from '#cli/run/run-plan'
import { listLabCommands } from '#lab/list-lab-commands'
import type { CommandLine } from '#process/command-line'

/** The commands of every cell, in the order they would run. */
export async function listPlanCommands({ jobs, places }: PlanRun): Promise<readonly CommandLine[]> {
  const lines: CommandLine[] = []
  for (const build of [...jobs.builds, undefined]) {
    if (build !== undefined) lines.push(...(await listBuildCommands(toBuildRequest(build, places))))
    const from = build === undefined ? undefined : buildDirectory(places, build)
    const id = build?.id ?? null
    for (const boot of jobs.boots.filter((cell) => cell.build === id)) {
      lines.push(...(await listBootCommands(toBootRequest(boot, from, places))))
    }
    for (const lab of jobs.labs.filter((cell) => cell.build === id)) {
      lines.push(...(await listLabCommands(toLabRequest(lab, from ?? '', places))))
    }
  }
  return lines
}
