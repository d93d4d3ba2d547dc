import { bisectHistory } from '#bisect/bisect-history'
import { bootKernel } from '#boot/boot-kernel'
import { buildKernel } from '#build/build-kernel'
import { makeTryCommit } from '#cli/bisect/try-commit'
import { bisectResult } from '#github/bisect-result'
import { openKvm } from '#github/open-kvm'
import { runAction } from '#github/run-action'
import { loadInputs } from './inputs.ts'

await runAction(async (reader, context) => {
  const { request, question } = loadInputs(reader, process.env)
  if (!question.buildOnly) await openKvm(process.env, context)
  const stages = { build: buildKernel, boot: bootKernel }
  return bisectResult(
    await bisectHistory(request, makeTryCommit(question, stages, context), context),
    request.outputDir,
  )
})
