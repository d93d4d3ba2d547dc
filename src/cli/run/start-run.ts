import { join, resolve } from 'node:path'
import { planNames } from '#cli/plan-names'
import { listPlanCommands } from '#cli/run/list-plan-commands'
import { describeOutcome } from '#cli/run/outcome'
import { type PlanRun, runPlan, type Stages } from '#cli/run/run-plan'
import { type CommonOptions, runStage } from '#cli/stage-command'
import type { StageContext } from '#log/reporter'
import { LkftError } from '#errors/lkft-error'
import { unknownName } from '#errors/nearest-names'
import { keepBuilds } from '#plan/keep-builds'
import { loadPlan } from '#plan/load-plan'

export interface RunCommandOptions extends CommonOptions {
  readonly source?: string
  readonly baseline?: readonly string[]
  readonly resume?: boolean
  readonly changed?: readonly string[]
  readonly only?: string
  readonly buildDirs?: string
  readonly wrapper?: string
  readonly cacheServer?: string
  readonly jobs?: string
}

const wrappers = ['none', 'ccache', 'sccache'] as const

/** Loads the plan, then says its commands or runs it. */
export async function startRun(file: string, options: RunCommandOptions): Promise<void> {
  const { jobs, folder } = await loadPlan(file, {
    names: planNames(),
    ...(options.changed === undefined ? {} : { changedPaths: options.changed }),
  })
  const { report } = jobs
  const plan: PlanRun = {
    jobs: options.only === undefined ? jobs : keepBuilds(jobs, options.only),
    baseline: options.baseline ?? [],
    resume: options.resume === true,
    knownIssues: report.known_issues === null ? undefined : resolve(folder, report.known_issues),
    places: {
      planFolder: folder,
      source: chooseSource(options.source, jobs.source, folder),
      outputDir: resolve(options.outputDir ?? 'lkft-out'),
      cacheServer: options.cacheServer,
      buildDirs: options.buildDirs === undefined ? undefined : resolve(options.buildDirs),
      wrapper: chooseWrapper(options.wrapper),
      jobs: chooseJobs(options.jobs),
    },
  }
  await runStage(options, {
    list: () => listPlanCommands(plan),
    run: async (context) => runPlan(await withSource(plan, context), await loadStages(), context),
    describe: describeOutcome,
    exitCode: (outcome) => outcome.exitCode,
  })
}

/** A tree that is not on this machine is fetched once, beside the results. */
async function withSource(plan: PlanRun, context: StageContext): Promise<PlanRun> {
  const { places } = plan
  if (!isElsewhere(places.source)) return plan
  const { findKernelSource } = await import('#fetch/kernel-source')
  const { directory } = await findKernelSource(places.source, join(places.outputDir, 'source'), context)
  return { ...plan, places: { ...places, source: directory } }
}

function isElsewhere(source: string): boolean {
  return /^[a-z+]+:\/\/|\.tar\.\w+$/.test(source)
}

async function loadStages(): Promise<Stages> {
  const [{ buildKernel }, { bootKernel }, { runOnBoard }, { writeReport }, { exitCodeOfReport }] = await Promise.all([
    import('#build/build-kernel'),
    import('#boot/boot-kernel'),
    import('#lab/run-on-board'),
    import('#report/write-report'),
    import('#report/exit-code'),
  ])
  return { build: buildKernel, boot: bootKernel, lab: runOnBoard, report: writeReport, exitCodeOfReport }
}

function chooseSource(option: string | undefined, planned: string | null, folder: string): string {
  if (option !== undefined) return option
  if (planned === null) return process.cwd()
  return isElsewhere(planned) ? planned : resolve(folder, planned)
}

function chooseWrapper(name: string | undefined): (typeof wrappers)[number] | undefined {
  if (name === undefined) return undefined
  const wrapper = wrappers.find((one) => one === name)
  if (wrapper === undefined) throw unknownName('wrapper', name, wrappers)
  return wrapper
}

function chooseJobs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const jobs = Number(text)
  if (Number.isInteger(jobs) && jobs > 0) return jobs
  throw new LkftError('BAD_ARGUMENT', `--jobs ${text}: not a number of jobs`)
}
