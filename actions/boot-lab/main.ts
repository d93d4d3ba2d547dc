import { type ActionResult, runAction } from '#github/run-action'
import { runResult, skippedRun } from '#github/run-result'
import { runOnBoard } from '#lab/run-on-board'
import { loadInputs } from './inputs.ts'

await runAction(async (reader, context): Promise<ActionResult> => {
  const inputs = await loadInputs(reader, process.env, context)
  if ('skip' in inputs) return skippedRun(inputs.name, inputs.skip)
  const run = await runOnBoard(inputs.request, context)
  return runResult(run, inputs)
})
