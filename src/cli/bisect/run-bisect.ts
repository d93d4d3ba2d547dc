import { bisectHistory } from '#bisect/bisect-history'
import { bootKernel } from '#boot/boot-kernel'
import { buildKernel } from '#build/build-kernel'
import { listBuildCommands } from '#build/list-build-commands'
import { type HistoryBuildFlags, readHistoryBuild } from '#cli/bisect/history-build'
import { makeTryCommit, type Question } from '#cli/bisect/try-commit'
import { type CommonOptions, runStage } from '#cli/stage-command'
import { LkftError } from '#errors/lkft-error'
import type { Bisect } from '#schema/documents'

/** The command line of `lkft bisect`. */
export interface BisectFlags extends CommonOptions, HistoryBuildFlags {
  readonly good: string
  readonly bad: string
  readonly test?: string
  readonly buildOnly?: boolean
  readonly lead: string
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
    build: readHistoryBuild(flags, outputDir, ['config', 'kernel', 'modules']),
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
