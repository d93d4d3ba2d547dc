import { claimOutputs, claimSummary } from '#github/watch-result'
import { type ActionResult, runAction } from '#github/run-action'
import { watchTrees } from '#plan/watch/watch-trees'
import { loadInputs } from './inputs.ts'

await runAction(async (reader, context): Promise<ActionResult> => {
  const { request, scope } = await loadInputs(reader, process.env, context)
  const claimed = await watchTrees(request, context)
  return {
    outputs: claimOutputs(claimed, scope),
    summary: claimSummary(claimed),
    whereAll: 'refs/lkft/watch',
    exitCode: 0,
  }
})
