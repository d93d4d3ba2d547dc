import { join } from 'node:path'
import type { BuildCommit } from '#bisect/build-commits'
import type { BuildRequest } from '#build/build-request'
import { compareDiagnostics } from '#build/diagnostics/compare-diagnostics'
import { readDiagnostics } from '#build/diagnostics/read-diagnostics'
import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import type { Build, Diagnostic } from '#schema/documents'

type Stage = (request: BuildRequest, context: StageContext) => Promise<Build>

/**
 * Builds one commit after the other in one build folder, so that make compiles
 * only what differs. A warning is new when no build before had it: what a commit
 * leaves alone is not compiled again and so warns no more.
 *
 * @throws LkftError CHILD_FAILED when the machine, not the kernel, is at fault
 */
export function makeBuildCommit(
  request: BuildRequest,
  outputDir: string,
  stage: Stage,
  context: StageContext,
): BuildCommit {
  let known: readonly Diagnostic[] = []
  const buildDir = request.buildDir ?? join(outputDir, 'make')
  return async ({ tree, commit, at }) => {
    const folder = join(outputDir, 'commits', `${String(at).padStart(3, '0')}-${commit.slice(0, 12)}`)
    const build = await stage({ ...request, source: tree, outputDir: folder, buildDir }, context)
    const why = build.cause?.message ?? build.verdict ?? 'no verdict'
    if (build.verdict === 'cancelled') return { builds: false, reason: 'interrupted', messages: [] }
    if (build.verdict !== 'pass' && build.verdict !== 'fail')
      throw new LkftError('CHILD_FAILED', `the build failed and the kernel is not to blame: ${why}`)
    const told = (await readDiagnostics(join(folder, 'diagnostics.ndjson'))).filter(({ level }) => level !== 'note')
    const { fresh } = compareDiagnostics(known, told)
    known = [...known, ...fresh]
    const builds = build.verdict === 'pass'
    const shown = builds ? fresh : told.filter(({ level }) => level === 'error')
    return { builds, reason: builds ? null : why, messages: shown.map(describeMessage) }
  }
}

function describeMessage({ file, line, message, flag }: Diagnostic): string {
  const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}: `
  return `${place}${message}${flag === null ? '' : ` [${flag}]`}`
}
