import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Tool, type ToolGroup, toolGroups } from '#cli/doctor/tools'

export interface ToolFinding extends Tool {
  /** Where it is; undefined when it is not installed. */
  readonly path: string | undefined
}

export interface GroupFinding {
  readonly name: string
  readonly essential: boolean
  readonly ready: boolean
  readonly tools: readonly ToolFinding[]
}

/** Looks for every tool in `path` (the value of PATH). */
export async function checkTools(
  path: string,
  groups: readonly ToolGroup[] = toolGroups,
): Promise<readonly GroupFinding[]> {
  const folders = path.split(delimiter).filter((folder) => folder !== '')
  return Promise.all(
    groups.map(async ({ name, need, essential, tools }) => {
      const findings = await Promise.all(
        tools.map(async (tool) => ({ ...tool, path: await locate(tool.program, folders) })),
      )
      const present = findings.filter((tool) => tool.path !== undefined).length
      return { name, essential, ready: need === 'all' ? present === findings.length : present > 0, tools: findings }
    }),
  )
}

async function locate(program: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const file = join(folder, program)
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return file
  }
  return undefined
}

/** The packages that `--fix` installs: all of an unready group that needs all; of one that needs any, the first. */
export function packagesToInstall(findings: readonly GroupFinding[], everything: boolean): readonly string[] {
  const packages = new Set<string>()
  for (const group of findings) {
    if (!everything && (group.ready || !group.essential)) continue
    for (const tool of group.tools) if (tool.path === undefined) packages.add(tool.package)
  }
  return [...packages]
}
