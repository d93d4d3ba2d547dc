import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { buildKernel } from '#build/build-kernel'
import type { BuildRequest } from '#build/build-request'
import { type ArtifactDifference, compareArtifacts } from '#build/compare-artifacts'
import { readSourceFacts } from '#build/source-facts'
import { writeRecord } from '#build/build-record'
import type { StageContext } from '#log/reporter'
import { runForOutput } from '#process/run-command'
import type { Build } from '#schema/documents'

/**
 * Builds twice, the second time from another source path, into another build
 * path, with another number of jobs, and compares all artifacts. The first build's record then says
 * whether they are the same; a difference is a failure that names the first
 * differing file and section.
 *
 * @throws LkftError as `buildKernel`
 */
export async function verifyReproducible(request: BuildRequest, context: StageContext): Promise<Build> {
  const output = resolve(request.outputDir)
  const first = await buildKernel(request, context)
  if (first.verdict !== 'pass') return first
  const again = join(output, 'verify')
  try {
    const source = await otherSource(request.source, join(again, 'source'), context)
    // Git's own date would be found there too; what the first build took is not left to chance.
    const timestamp = request.timestamp ?? (await readSourceFacts(request.source)).git?.timestamp ?? 0
    const jobs = request.jobs > 1 ? request.jobs - 1 : 2
    const second = await buildKernel(
      { ...request, source, outputDir: join(again, 'output'), buildDir: join(again, 'objects'), jobs, timestamp },
      context,
    )
    if (second.verdict !== 'pass')
      return await finish(output, { ...first, verdict: second.verdict, cause: second.cause, state: second.state })
    const differences = await compareArtifacts(
      { directory: output, build: first },
      { directory: join(again, 'output'), build: second },
    )
    return await finish(output, { ...first, ...judge(first, differences) })
  } finally {
    await rm(again, { recursive: true, force: true, maxRetries: 3 })
  }
}

function judge(
  first: Build,
  differences: readonly ArtifactDifference[],
): Pick<Build, 'verdict' | 'cause' | 'reproducible'> {
  const [worst] = differences
  const reproducible = { verified: true, differences: [...differences] }
  if (worst === undefined) return { verdict: first.verdict, cause: first.cause, reproducible }
  const section = worst.section === null ? '' : `, ${worst.section}`
  const message = `${differences.length} artifacts differ between two builds, the first in ${worst.file}${section}`
  return { verdict: 'fail', cause: { code: 'NOT_REPRODUCIBLE', message }, reproducible }
}

async function finish(output: string, build: Build): Promise<Build> {
  await writeRecord(output, build)
  return build
}

/** The same tree at another path: hard links where the file system is the same, copies where not. */
async function otherSource(source: string, to: string, context: StageContext): Promise<string> {
  await runForOutput({ argv: ['mkdir', '-p', to] })
  const copy = (how: string): Promise<string> =>
    runForOutput({ argv: ['cp', how, '--no-target-directory', resolve(source), to] }, { signal: context.signal })
  await copy('-al').catch(async () => {
    await rm(to, { recursive: true, force: true })
    await copy('-a')
  })
  return to
}
