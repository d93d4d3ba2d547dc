import type { BootRequest } from '#boot/boot-request'
import type { BuildOptions } from '#build/build-request'
import { defined } from '#github/defined'
import { planFile, type PlanFolder } from '#github/plan-artifact'
import type { LabRequest } from '#lab/lab-request'
import type { Jobs } from '#schema/documents'

type BuildCell = Jobs['builds'][number]
type BootCell = Jobs['boots'][number]
type LabCell = Jobs['labs'][number]

/** Minutes of a plan as seconds. */
const seconds = (minutes: number | null): number | undefined => (minutes === null ? undefined : minutes * 60)

/** What a build cell of the plan asks for; source and output directory are the caller's. */
export async function buildOptionsOfCell(plan: PlanFolder, cell: BuildCell): Promise<Partial<BuildOptions>> {
  return defined({
    name: cell.name,
    targetArch: cell.target_arch,
    toolchain: cell.toolchain,
    kconfig: await planFile(plan, cell.kconfig),
    kconfigAdd: await Promise.all(cell.kconfig_add.map((name) => planFile(plan, name))),
    targets: cell.targets.length === 0 ? undefined : cell.targets,
    makeVariables: cell.make_variables,
    environment: cell.environment,
    runtime: cell.runtime ?? undefined,
    image: cell.image ?? undefined,
    timeoutSeconds: seconds(cell.timeout_minutes),
  })
}

/** What a boot cell asks for; the build's directory and the output directory are the caller's. */
export async function bootRequestOfCell(
  plan: PlanFolder,
  cell: BootCell,
): Promise<Omit<BootRequest, 'build' | 'outputDir'>> {
  const file = async (name: string | null): Promise<string | undefined> =>
    name === null ? undefined : planFile(plan, name)
  return {
    suites: cell.suites,
    device: cell.device,
    environment: cell.environment,
    ...defined({
      kernel: await file(cell.kernel),
      modules: await file(cell.modules),
      rootfs: await file(cell.rootfs),
      bootArgs: cell.boot_args ?? undefined,
      timeoutSeconds: seconds(cell.timeout_minutes),
    }),
  }
}

/** What a lab cell asks for; the board file, the build and the output directory are the caller's. */
export function labRequestOfCell(cell: LabCell): Omit<LabRequest, 'boardFile' | 'build' | 'outputDir'> {
  return {
    suites: cell.suites,
    environment: cell.environment,
    ...defined({ timeoutSeconds: seconds(cell.timeout_minutes) }),
  }
}
