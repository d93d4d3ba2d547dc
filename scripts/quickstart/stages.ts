import { bootKernel } from '#boot/boot-kernel'
import { buildKernel } from '#build/build-kernel'
import { completeBuildRequest } from '#build/build-request'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import { writeReport } from '#report/write-report'
import type { Report } from '#schema/documents'

export interface BuildPlaces {
  readonly tree: string
  /** Kept, so that the second build compiles only what changed. */
  readonly buildDir: string
  readonly kconfig: string
  readonly outputDir: string
}

/** Builds the tree; a kernel that does not build ends the quickstart, since neither change should break the build. */
export async function buildTree(places: BuildPlaces, context: StageContext): Promise<void> {
  const request = completeBuildRequest({
    source: places.tree,
    buildDir: places.buildDir,
    outputDir: places.outputDir,
    name: 'x86_64',
    targetArch: 'x86_64',
    kconfig: 'tinyconfig',
    kconfigAdd: [places.kconfig],
    targets: ['config', 'kernel'],
  })
  const build = await buildKernel(request, context)
  if (build.verdict === 'pass') return
  throw new LkftError(
    build.verdict === 'infra' ? 'CHILD_FAILED' : 'BUILD_FAILED',
    build.cause?.message ?? 'the kernel did not build',
    {
      hint: `See ${places.outputDir}/build.log`,
    },
  )
}

/** Boots the kernel and runs its KUnit tests; a failing test is what the report is for, so only a lab fault ends here. */
export async function bootAndTest(build: string, outputDir: string, context: StageContext): Promise<void> {
  const run = await bootKernel({ build, device: 'qemu-x86_64', suites: ['boot', 'kunit'], outputDir }, context)
  if (run.verdict === 'pass' || run.verdict === 'fail') return
  throw new LkftError(
    run.verdict === 'infra' ? 'CHILD_FAILED' : 'BUILD_FAILED',
    `the kernel did not run: ${run.cause?.message ?? run.verdict}`,
    {
      hint: `See ${outputDir}/console.log`,
    },
  )
}

export async function compareResults(
  baseline: string,
  current: string,
  outputDir: string,
  context: StageContext,
): Promise<Report> {
  return writeReport(
    {
      baseline: [baseline],
      current: [current],
      baselineName: 'the tree as it is',
      currentName: 'the tree with the example change',
      failOn: ['regression'],
      outputDir,
    },
    context,
  )
}
