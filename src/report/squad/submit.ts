import type { StageContext } from '#log/reporter'
import { readSide } from '#report/read-side'
import { reportResults } from '#report/report-results'
import { type SquadBuild, squadAuthorization } from '#report/squad/address'
import { askServer } from '#report/squad/ask-server'
import { fullTestName } from '#results/test-name'

/** Log text of one test; SQUAD takes bodies of 10 MB. */
const longestLog = 2000

/**
 * Submits the results of runs to a SQUAD server: one test run for each run directory,
 * with tests, metrics and metadata. The token comes from SQUAD_TOKEN.
 *
 * @returns how many test runs the server took
 * @throws LkftError FETCH_FAILED, BAD_ARGUMENT, BAD_DOCUMENT, STAGE_UNFINISHED
 */
export async function submitToSquad(target: SquadBuild, directories: readonly string[], context: StageContext) {
  const { reporter, signal } = context
  const side = await readSide(directories, { option: '--current', allowIncomplete: false }, context)
  const { server, group, project, build } = target
  for (const run of side.runs) {
    const { record } = run
    reporter.status(`submitting ${record.environment}`)
    const tests: Record<string, { readonly result: string; readonly log?: string }> = Object.create(null)
    const metrics: Record<string, { readonly value: number; readonly unit: string }> = Object.create(null)
    for await (const result of reportResults({ ...side, runs: [run] })) {
      const name = fullTestName(result)
      const log = result.message?.slice(0, longestLog)
      const word = result.status === 'xfail' ? 'fail' : result.status
      tests[name] = { result: word, ...(log === undefined ? {} : { log }) }
      if (result.measurement !== undefined) metrics[name] = { value: result.measurement, unit: result.unit ?? '' }
    }
    const metadata = {
      datetime: record.started,
      job_id: `${record.environment}-${Date.parse(record.started)}`,
      job_status: record.verdict === 'infra' || record.verdict === 'cancelled' ? 'Incomplete' : 'Complete',
      ...(record.kernel.release === null ? {} : { kernel_version: record.kernel.release }),
      ...(record.kernel.commit === null ? {} : { git_commit: record.kernel.commit }),
      ...(record.reproduce === null ? {} : { reproduce: record.reproduce }),
    }
    const body = new FormData()
    const files = { tests, metadata, ...(Object.keys(metrics).length > 0 ? { metrics } : {}) }
    for (const [name, content] of Object.entries(files))
      body.set(name, new Blob([JSON.stringify(content)]), `${name}.json`)
    const path = [group, project, build, record.environment].map((part) => encodeURIComponent(part)).join('/')
    await askServer(`${server}/api/submit/${path}`, { body, authorization: squadAuthorization(), signal })
  }
  return { runs: side.runs.length }
}
