import { bootKernel } from '#boot/boot-kernel'
import { openKvm } from '#github/open-kvm'
import { type ActionResult, runAction } from '#github/run-action'
import { runResult, skippedRun } from '#github/run-result'
import { loadInputs } from './inputs.ts'

await runAction(async (reader, context): Promise<ActionResult> => {
  const inputs = await loadInputs(reader, process.env, context)
  if ('skip' in inputs) return skippedRun(inputs.name, inputs.skip)
  await openKvm(process.env, context)
  const run = await bootKernel(inputs.request, context)
  return runResult(run, inputs)
})
