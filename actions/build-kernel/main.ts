import { join } from 'node:path'
import { buildCommits } from '#bisect/build-commits'
import { completeBuildRequest } from '#build/build-request'
import { buildKernel } from '#build/build-kernel'
import { makeBuildCommit } from '#cli/commits/build-commit'
import { exitCodeOfVerdict } from '#errors/exit-code'
import { artifactStore } from '#github/artifacts'
import { changedInTree } from '#github/changed-in-tree'
import { commitsResult } from '#github/commits-result'
import { buildSummary, problemAnnotations, readProblems } from '#github/build-summary'
import { type InputReader, readInputs } from '#github/inputs'
import { isPostStep, keepCompilerCache, restoreCompilerCache, saveCompilerCache } from '#github/kept-compiler-cache'
import { type ActionResult, runAction } from '#github/run-action'
import { stepExitCode } from '#github/stage-inputs'
import { uploadBuild } from '#github/upload-build'
import type { StageContext } from '#log/reporter'
import type { Build } from '#schema/documents'
import { loadInputs, readCacheServer } from './inputs.ts'

await (isPostStep() ? saveCompilerCache(readCacheServer(readInputs())) : runAction(runBuild))

async function runBuild(reader: InputReader, context: StageContext): Promise<ActionResult> {
  const inputs = await loadInputs(reader, process.env, context)
  const request = completeBuildRequest(inputs.options)
  if (inputs.series !== undefined) {
    const { source, outputDir } = request
    const buildOne = makeBuildCommit(request, outputDir, buildKernel, context)
    const record = await buildCommits({ source, series: inputs.series, outputDir }, buildOne, context)
    return commitsResult(record, request.name ?? inputs.job ?? 'build', outputDir)
  }
  const { keptCache } = inputs
  const server = readCacheServer(reader)
  const restored = keptCache === undefined ? undefined : await restoreCompilerCache(keptCache, request, server, context)
  const build = await buildKernel(request, context)
  const hasNew = restored === undefined || (build.compiler_cache?.misses ?? 0) > 0
  if (keptCache !== undefined && inputs.trusted && hasNew) keepCompilerCache(keptCache, request, process.env)
  const uploaded = inputs.upload ? await uploadBuild(artifactStore, build, request.outputDir, inputs) : undefined
  const artifact = uploaded?.name ?? ''
  const names = new Set(build.artifacts.map(({ name }) => name))
  const pathOf = (name: string | null | undefined): string =>
    name != null && names.has(name) ? join(request.outputDir, name) : ''
  const problems = await readProblems(request.outputDir, await changedInTree(request.source, context.signal))
  const verdict = build.verdict ?? 'infra'
  const exitCode = stepExitCode(exitCodeOfVerdict(verdict), inputs.failOn)
  return {
    outputs: {
      verdict,
      directory: request.outputDir,
      name: build.name,
      kernel: pathOf(build.kernel),
      'kernel-release': build.source.kernel_release ?? '',
      errors: build.diagnostics.errors,
      warnings: build.diagnostics.warnings,
      'new-errors-and-warnings': build.baseline?.diagnostics.new ?? '',
      'fixed-errors-and-warnings': build.baseline?.diagnostics.fixed ?? '',
      sarif: pathOf('diagnostics.sarif'),
      modules: pathOf(build.artifacts.find(({ kind }) => kind === 'modules')?.name),
      reused: build.reused !== undefined,
      'cache-hits': hitPercent(build),
      'cache-restored': restored ?? '',
      'artifact-id': uploaded?.id ?? '',
      'duration-seconds': Math.round(build.duration_seconds),
      artifact,
    },
    summary: buildSummary(build, problems),
    annotations: problemAnnotations(problems, build.name),
    whereAll: inputs.upload ? `diagnostics.ndjson of the artifact ${artifact}` : 'diagnostics.ndjson',
    exitCode,
    failure: exitCode === 0 ? undefined : `${build.name}: ${build.cause?.message ?? verdict}`,
  }
}

function hitPercent({ compiler_cache: cache }: Build): number | string {
  if (cache === undefined || cache.hits + cache.misses === 0) return ''
  return Math.round((100 * cache.hits) / (cache.hits + cache.misses))
}
