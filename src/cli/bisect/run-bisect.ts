import { bisectHistory } from '#bisect/bisect-history'
import { bootKernel } from '#boot/boot-kernel'
import { buildKernel } from '#build/build-kernel'
import { type BuildRequest, completeBuildRequest } from '#build/build-request'
import { listBuildCommands } from '#build/list-build-commands'
import { requestFromFlags } from '#cli/build-request'
import { makeTryCommit, type Question } from '#cli/bisect/try-commit'
import { type CommonOptions, runStage } from '#cli/stage-command'
import { LkftError } from '#errors/lkft-error'
import type { Bisect } from '#schema/documents'

/** The command line of `lkft bisect`. */
export interface BisectFlags extends CommonOptions {
  readonly good: string
  readonly bad: string
  readonly test?: string
  readonly buildOnly?: boolean
  readonly lead: string
  readonly source: string
  readonly buildDir?: string
  readonly targetArch?: string
  readonly toolchain?: string
  readonly llvm?: boolean
  readonly kconfig: string
  readonly kconfigAdd: readonly string[]
  readonly makeVariable: readonly string[]
  readonly runtime: string
  readonly image?: string
  readonly wrapper: string
  readonly jobs?: string
  readonly device?: string
  readonly accel: string
  readonly bootArgs?: string
  readonly rootfs?: string
  readonly timeout?: string
}

/** Runs `lkft bisect`. @throws LkftError BAD_ARGUMENT */
export async function runBisect(flags: BisectFlags): Promise<void> {
  const question = readQuestion(flags)
  const lead = Number(flags.lead)
  if (!Number.isInteger(lead) || lead < 1 || lead > 20)
    throw new LkftError('BAD_ARGUMENT', `--lead ${flags.lead}: a whole number from 1 to 20 is needed`)
  const { outputDir } = question
  const request = { source: flags.source, good: flags.good, bad: flags.bad, subject: subjectOf(flags), outputDir, lead }
  await runStage(flags, {
    list: async () => listBuildCommands(question.build),
    run: (context) =>
      bisectHistory(request, makeTryCommit(question, { build: buildKernel, boot: bootKernel }, context), context),
    describe: (record) => describeBisect(record, outputDir),
    exitCode: exitCodeOfBisect,
  })
}

function readQuestion(flags: BisectFlags): Question {
  const outputDir = flags.outputDir ?? 'lkft-bisect'
  const { test, buildOnly = false } = flags
  if (test !== undefined && (buildOnly || !/^[^/*]+\/./.test(test)))
    throw new LkftError('BAD_ARGUMENT', `--test ${test}: it must be SUITE/TEST, and not with --build-only`)
  if (!['auto', 'kvm', 'tcg'].includes(flags.accel))
    throw new LkftError('BAD_ARGUMENT', `--accel ${flags.accel}: auto, kvm or tcg`)
  const timeout = flags.timeout === undefined ? undefined : Number(flags.timeout)
  if (timeout !== undefined && !(timeout > 0))
    throw new LkftError('BAD_ARGUMENT', `--timeout ${flags.timeout}: a positive number is needed`)
  return {
    test,
    buildOnly,
    outputDir,
    build: buildRequest(flags, outputDir),
    boot: {
      device: flags.device,
      suites: test === undefined ? ['boot'] : [test.split('/', 1)[0] ?? ''],
      outputDir,
      accelerator: flags.accel as 'auto' | 'kvm' | 'tcg',
      bootArgs: flags.bootArgs,
      rootfs: flags.rootfs,
      timeoutSeconds: timeout,
    },
  }
}

function buildRequest(flags: BisectFlags, outputDir: string): BuildRequest {
  const { bootArgs: _boot, ...rest } = flags
  const none = { environment: [], preBuildHook: [], postBuildHook: [], resultsHook: [] }
  const read = requestFromFlags(['config', 'kernel', 'modules'], {
    ...none,
    compressionType: 'zstd',
    lockFile: 'lkft.lock',
    ...rest,
    outputDir,
  })
  return completeBuildRequest({ ...read, timeoutSeconds: undefined })
}

function subjectOf({ test, buildOnly }: BisectFlags): string {
  if (test !== undefined) return `test ${test}`
  return buildOnly === true ? 'the build' : 'the boot'
}

/** 1 when a commit, or a range, is to blame; 2 when good and bad do not differ. */
function exitCodeOfBisect({ state, verdict }: Bisect): number {
  if (state !== 'done') return 130
  return verdict === 'not-reproduced' ? 2 : 1
}

/** Lines for a person. */
export function describeBisect(record: Bisect, directory: string): readonly string[] {
  const { first_bad: first, suspects, steps, subject, verdict, reason } = record
  const commits = first === null ? suspects : [first]
  return [
    verdict === 'found'
      ? `${subject}: the first bad commit`
      : `${subject}: ${verdict ?? 'not finished'}: ${reason ?? ''}`,
    ...commits.map(({ sha, title, author, date }) => `  ${sha.slice(0, 12)} ${title}\n    ${author}, ${date}`),
    ...steps.map((step) => {
      const tries = step.tries.length === 0 ? '' : ` (${step.tries.join(' ')})`
      const why = step.reason === null ? '' : `: ${step.reason}`
      return `  ${step.verdict.padEnd(4)} ${step.commit.slice(0, 12)} ${step.title}${tries}${why}`
    }),
    `  in ${directory}`,
  ]
}
