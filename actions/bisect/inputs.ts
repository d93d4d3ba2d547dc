import { join } from 'node:path'
import type { BisectRequest } from '#bisect/bisect-history'
import { completeBuildRequest, type BuildRequest } from '#build/build-request'
import type { Question } from '#cli/bisect/try-commit'
import { LkftError } from '#errors/lkft-error'
import { defined } from '#github/defined'
import type { InputReader } from '#github/inputs'
import { workFolder } from '#github/stage-inputs'

/** Everything that bisect was asked. */
export interface BisectInputs {
  readonly request: BisectRequest
  readonly question: Question
}

/** Reads the inputs once. @throws LkftError BAD_ARGUMENT */
export function loadInputs(inputs: InputReader, environment: NodeJS.ProcessEnv): BisectInputs {
  const outputDir = inputs.text('output-dir') ?? join(workFolder(environment), 'bisect')
  const source = inputs.text('source') ?? '.'
  const test = inputs.text('test')
  const buildOnly = inputs.flag('build-only', false)
  if (test !== undefined && (buildOnly || !/^[^/*]+\/./.test(test)))
    throw new LkftError('BAD_ARGUMENT', `input test is '${test}': it must be SUITE/TEST, and not with build-only`)
  const lead = inputs.positive('lead') ?? 2
  if (!Number.isInteger(lead) || lead > 20)
    throw new LkftError('BAD_ARGUMENT', `input lead is ${lead}: a whole number from 1 to 20 is needed`)
  const minutes = inputs.positive('timeout-minutes')
  const subject = test === undefined ? (buildOnly ? 'the build' : 'the boot') : `test ${test}`
  return {
    request: { source, good: inputs.required('good'), bad: inputs.text('bad') ?? 'HEAD', subject, outputDir, lead },
    question: {
      test,
      buildOnly,
      outputDir,
      build: readBuild(inputs, source, outputDir),
      boot: {
        device: inputs.text('device'),
        suites: test === undefined ? ['boot'] : [test.split('/', 1)[0] ?? ''],
        outputDir,
        bootArgs: inputs.text('boot-args'),
        timeoutSeconds: minutes === undefined ? undefined : minutes * 60,
      },
    },
  }
}

function readBuild(inputs: InputReader, source: string, outputDir: string): BuildRequest {
  const given = defined({
    targetArch: inputs.text('target-arch'),
    toolchain: inputs.text('toolchain'),
    kconfig: inputs.text('kconfig'),
    runtime: inputs.text('runtime'),
    image: inputs.text('image'),
  })
  return completeBuildRequest({
    source,
    outputDir,
    kconfigAdd: inputs.lines('kconfig-add'),
    makeVariables: inputs.pairs('make-variables'),
    targets: ['config', 'kernel', 'modules'],
    ...given,
  })
}
