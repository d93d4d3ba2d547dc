import { join } from 'node:path'
import { formatArtifactName } from '#github/artifact-names'
import { artifactStore } from '#github/artifacts'
import { fetchCommit } from '#github/fetch-commit'
import { fetchSeries } from '#github/fetch-series'
import { writePlanFolder } from '#github/plan-artifact'
import { planOutputs, selectShard } from '#github/plan-outputs'
import { planSummary } from '#github/plan-summary'
import { type ActionResult, runAction } from '#github/run-action'
import { packSource } from '#github/source-artifact'
import { type LoadedPlan, loadPlan } from '#plan/load-plan'
import { loadInputs, type PlanInputs } from './inputs.ts'

await runAction(async (reader, context): Promise<ActionResult> => {
  const inputs = await loadInputs(reader, process.env, context)
  if ('shard' in inputs) return selectShard(inputs)
  const { jobs, folder } = await planWithSeries(inputs)
  const artifact = (kind: 'plan' | 'source'): string =>
    formatArtifactName({ scope: inputs.scope, kind, id: 'all', attempt: inputs.attempt })
  await writePlanFolder(inputs.outputDir, jobs, folder)
  if (inputs.upload) await artifactStore.upload(artifact('plan'), inputs.outputDir, inputs.retentionDays)
  if (inputs.packSource && jobs.builds.length > 0) {
    context.reporter.section('Pack the source tree for the other jobs')
    const { tree } = inputs
    const source = tree === undefined ? inputs.source : `${inputs.outputDir}-tree`
    if (tree !== undefined) await fetchCommit(tree, reader.text('token'), source, context)
    const packed = await packSource(source, join(`${inputs.outputDir}-source`), context)
    await artifactStore.upload(artifact('source'), packed, 1)
  }
  return {
    outputs: { ...planOutputs(jobs), directory: inputs.outputDir },
    summary: planSummary(jobs),
    whereAll: `jobs.json of the artifact ${artifact('plan')}`,
    exitCode: 0,
  }

  async function planWithSeries({ file, options, pull, source }: PlanInputs): Promise<LoadedPlan> {
    const loaded = await loadPlan(file, options)
    if (pull === undefined || !loaded.plan.builds.some((build) => build['per-commit'])) return loaded
    context.reporter.section('Fetch the commits of the pull request')
    const commits = await fetchSeries(pull.place, reader.text('token'), source, pull, context)
    return loadPlan(file, { ...options, commits })
  }
})
