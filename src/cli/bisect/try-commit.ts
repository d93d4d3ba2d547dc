import { join } from 'node:path'
import type { TryCommit } from '#bisect/bisect-history'
import type { Answer } from '#bisect/judge'
import type { BootRequest } from '#boot/boot-request'
import type { BuildRequest } from '#build/build-request'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import { nameMatcher } from '#results/match-name'
import { readTests } from '#results/read-tests'
import { fullTestName } from '#results/test-name'
import type { Build, Run } from '#schema/documents'

/** What one commit is asked. */
export interface Question {
  /** `suite/test`, `*` allowed; absent: does it boot, or, with `buildOnly`, does it build. */
  readonly test: string | undefined
  readonly buildOnly: boolean
  readonly outputDir: string
  /** Source, output and build folder are filled in. */
  readonly build: BuildRequest
  /** Build and output folder are filled in. */
  readonly boot: BootRequest
}

/** The stages that a commit goes through. */
export interface BisectStages {
  readonly build: (request: BuildRequest, context: StageContext) => Promise<Build>
  readonly boot: (request: BootRequest, context: StageContext) => Promise<Run>
}

/**
 * Builds a commit, in one build folder for all commits so that make compiles only
 * what differs, boots it and answers the question. A commit that does not build
 * is skipped, unless the build is the question.
 *
 * @throws LkftError when the machine, not the kernel, is at fault: no commit is judged by that
 */
export function makeTryCommit(question: Question, stages: BisectStages, context: StageContext): TryCommit {
  let build: Build | undefined
  return async ({ tree, commit, step, attempt }) => {
    const folder = join(question.outputDir, 'steps', `${String(step).padStart(2, '0')}-${commit.slice(0, 12)}`)
    const buildDirectory = join(folder, 'build')
    if (attempt === 1 || question.buildOnly) {
      const buildDir = question.build.buildDir ?? join(question.outputDir, 'make')
      build = await stages.build({ ...question.build, source: tree, outputDir: buildDirectory, buildDir }, context)
    }
    if (build?.verdict !== 'pass') return unbuilt(build, question)
    if (question.buildOnly) return { verdict: 'good', reason: null }
    const outputDir = join(folder, `run-${attempt}`)
    const run = await stages.boot({ ...question.boot, build: buildDirectory, outputDir }, context)
    return question.test === undefined ? answerOfRun(run) : answerOfTest(run, question.test, outputDir)
  }
}

function unbuilt(build: Build | undefined, { buildOnly }: Question): Answer {
  const why = build?.cause?.message ?? 'no verdict'
  // An interrupted one counts for nothing: the caller sees its own signal.
  if (build?.verdict === 'cancelled') return { verdict: 'skip', reason: 'interrupted' }
  if (build?.verdict !== 'fail') throw notTheKernel('build', build?.cause?.code, why)
  return buildOnly ? { verdict: 'bad', reason: why } : { verdict: 'skip', reason: `it does not build: ${why}` }
}

function answerOfRun(run: Run): Answer {
  const why = run.cause?.message ?? run.verdict ?? 'no verdict'
  switch (run.verdict) {
    case 'pass':
      return { verdict: 'good', reason: null }
    case 'fail':
    case 'crash':
    case 'hang':
      return { verdict: 'bad', reason: `${run.verdict}: ${why}` }
    case 'timeout':
      if (run.kernel_started) return { verdict: 'bad', reason: `timeout: ${why}` }
      throw notTheKernel('boot', run.cause?.code, why)
    case 'cancelled':
      return { verdict: 'skip', reason: 'interrupted' }
    default:
      throw notTheKernel('boot', run.cause?.code, why)
  }
}

async function answerOfTest(run: Run, test: string, directory: string): Promise<Answer> {
  const whole = answerOfRun(run)
  const matches = nameMatcher(test)
  let seen = 0
  for await (const result of readTests(join(directory, 'tests.ndjson'), { allowCutOff: true })) {
    if (!matches(fullTestName(result))) continue
    if (result.status === 'fail')
      return { verdict: 'bad', reason: `${fullTestName(result)}: ${result.reason ?? 'fail'}` }
    if (result.status === 'pass') seen++
  }
  if (seen > 0) return { verdict: 'good', reason: null }
  const why = whole.reason === null ? 'the run has no result of it' : whole.reason
  return { verdict: 'skip', reason: `${test} gave no result: ${why}` }
}

function notTheKernel(stage: string, code: string | undefined, why: string): LkftError {
  return new LkftError('CHILD_FAILED', `the ${stage} failed and the kernel is not to blame [${code ?? '?'}]: ${why}`, {
    hint: 'Mend that and start again: bisect.json has what was tried.',
  })
}
