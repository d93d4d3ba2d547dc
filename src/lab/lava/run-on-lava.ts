import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LkftError, toLkftError } from '#errors/lkft-error'
import { lkftVersion } from '#files/version'
import { fetchBuildRecord } from '#lab/fetch-build-record'
import { labFailed } from '#lab/lab-failed'
import { followJob, type LavaJob } from '#lab/lava/follow-job'
import { type JobDefinition, readJob } from '#lab/lava/job-definition'
import { judgeJob } from '#lab/lava/judge-job'
import { lavaApi, type LavaApi } from '#lab/lava/lava-api'
import type { LavaResult } from '#lab/lava/lava-log'
import type { LavaRequest } from '#lab/lava/lava-request'
import { checkUser, submitJob } from '#lab/lava/submit-job'
import { summarizeSuites } from '#lab/lava/summarize-suites'
import { toTestResult } from '#lab/lava/test-result'
import { type JobWatch, watchJob } from '#lab/lava/watch-job'
import type { StageContext } from '#log/reporter'
import { openRunDirectory, type RunDirectory } from '#results/run-directory'
import type { Build, Run } from '#schema/documents'

const usualPollMs = 1000
const cancelMs = 10_000

/**
 * Runs one job on a LAVA server and writes the run directory. When it is
 * interrupted, or the job does not begin or end in time, the job is cancelled
 * on the server.
 *
 * @throws LkftError for the caller's faults: job file, token, a job that the server does not accept
 */
export async function runOnLava(request: LavaRequest, context: StageContext): Promise<Run> {
  const mark = `lkft-${randomBytes(6).toString('hex')}`
  const build = await readBuild(request, context)
  const job = await readJob(request.jobFile, { ...buildValues(request.build, build), ...request.values }, mark)
  const api = lavaApi(request.server, request.token, context.signal)
  const user = await checkUser(api, request.server)
  context.reporter.section(`Submit to ${request.server} as ${user}`)
  await using directory = await openRunDirectory(request.outputDir, firstRecord(request, job, build))
  const id = await submitJob(api, request.server, job.text, mark, context.signal).catch((error: unknown) =>
    endUnsubmitted(directory, error, context.signal),
  )
  if (typeof id !== 'number') return id
  context.reporter.info(`job ${id}: ${request.server.replace(/\/+$/, '')}/scheduler/job/${id}`)
  return await follow({ request, api, id, directory }, context)
}

interface Followed {
  readonly request: LavaRequest
  readonly api: LavaApi
  readonly id: number
  readonly directory: RunDirectory
}

async function follow({ request, api, id, directory }: Followed, context: StageContext): Promise<Run> {
  const watch = watchJob(directory, request.kunit, context.reporter)
  const started = performance.now()
  const onState = ({ state }: LavaJob): void => {
    const seconds = (performance.now() - started) / 1000
    context.reporter.status(`job ${id}: ${state}`)
    const waits = state === 'Submitted' || state === 'Scheduling' || state === 'Scheduled'
    if (waits && seconds > (request.queueSeconds ?? Infinity)) {
      throw labFailed('LAVA', `job ${id} did not begin within ${request.queueSeconds} s: no free device`)
    }
    if (seconds > (request.timeoutSeconds ?? Infinity)) {
      throw new DOMException(`job ${id} took longer than ${request.timeoutSeconds} s`, 'TimeoutError')
    }
  }
  try {
    const pollMs = request.pollMs ?? usualPollMs
    const job = await followJob(api, id, {
      signal: context.signal,
      pollMs,
      onEntry: (entry) => watch.push(entry),
      onState,
    })
    for (const result of await fetchResults(api, id)) watch.add(result)
    watch.end()
    await directory.update({ board: job.actual_device })
    return await finish(directory, watch, judgeJob({ ...factsOf(watch, directory), health: job.health }))
  } catch (error) {
    await cancelJob(request, id).catch((late: Error) => context.reporter.warn(late.message))
    watch.end()
    if (context.signal.aborted) return finish(directory, watch, { verdict: 'cancelled', cause: interrupted })
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      return finish(directory, watch, { verdict: 'timeout', cause: { code: 'timeout', message: error.message } })
    }
    return finish(directory, watch, { verdict: 'infra', cause: causeOf(toLkftError(error)) })
  }
}

const interrupted = { code: 'cancelled', message: 'interrupted' }

function factsOf(watch: JobWatch, directory: RunDirectory) {
  const { errorType, errorMessage, kernelStarted, crashes } = watch
  return { errorType, errorMessage, kernelStarted, crashes, results: directory.results() }
}

async function finish(
  directory: RunDirectory,
  watch: JobWatch,
  { verdict, cause }: Pick<Run, 'verdict' | 'cause'>,
): Promise<Run> {
  const { kernel } = directory.run()
  return directory.finish({
    state: verdict === 'cancelled' ? 'cancelled' : 'done',
    verdict,
    cause,
    suites: summarizeSuites(directory.results()),
    crashes: watch.crashes,
    kernel_started: watch.kernelStarted,
    kernel: { ...kernel, release: watch.release ?? kernel.release },
    timings: { first_byte_seconds: watch.firstByteSeconds, boot_seconds: null },
  })
}

/** The rest of the results: the log may have lost some, a page shows fifty. */
async function fetchResults(api: LavaApi, id: number) {
  const suites = await api.list<{ id: number; name: string }>(`jobs/${id}/suites/`)
  const results = []
  for (const suite of suites) {
    const rows = await api.list<Omit<LavaResult, 'definition' | 'case'> & { name: string }>(
      `jobs/${id}/suites/${suite.id}/tests/`,
    )
    for (const row of rows) results.push(toTestResult({ ...row, definition: suite.name, case: row.name }))
  }
  return results.filter((result) => result !== undefined)
}

/** Cancelling is a GET there, and must work when the run itself is being interrupted. */
async function cancelJob({ server, token }: LavaRequest, id: number): Promise<void> {
  const { status } = await lavaApi(server, token, AbortSignal.timeout(cancelMs)).get(`jobs/${id}/cancel/`)
  if (status >= 300) throw labFailed('LAVA', `job ${id} could not be cancelled: HTTP ${status}`)
}

async function endUnsubmitted(directory: RunDirectory, thrown: unknown, signal: AbortSignal): Promise<Run> {
  if (signal.aborted) return directory.finish({ state: 'cancelled', verdict: 'cancelled', cause: interrupted })
  const error = toLkftError(thrown)
  const verdict = error.fault === 'caller' ? 'error' : 'infra'
  return directory.finish({ state: 'done', verdict, cause: causeOf(error) })
}

function causeOf({ code, message, hint }: LkftError): NonNullable<Run['cause']> {
  return { code, message, ...(hint === undefined ? {} : { hint }) }
}

async function readBuild(request: LavaRequest, context: StageContext): Promise<Build | undefined> {
  if (request.build === undefined) return undefined
  if (!/^https?:\/\/.*\/$/.test(request.build)) {
    throw new LkftError('BAD_ARGUMENT', `--build '${request.build}' is no URL of a directory, ending in /`, {
      hint: 'LAVA fetches the files itself: put the build directory on a web server that it reaches.',
    })
  }
  const folder = await mkdtemp(join(tmpdir(), 'lkft-lava-'))
  try {
    return await fetchBuildRecord(request.build, folder, request.cacheServer, context)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function buildValues(url: string | undefined, build: Build | undefined): Record<string, string> {
  if (url === undefined || build === undefined) return {}
  const values: Record<string, string> = { build: url }
  const add = (name: string, file: string | null | undefined): void => {
    if (file !== undefined && file !== null) values[name] = new URL(encodeURIComponent(file), url).href
  }
  add('kernel', build.kernel)
  add('modules', build.artifacts.find(({ kind }) => kind === 'modules')?.name)
  add('dtbs', build.artifacts.find(({ kind }) => kind === 'dtbs')?.name)
  return values
}

function firstRecord(request: LavaRequest, job: JobDefinition, build: Build | undefined): Run {
  return {
    version: 1,
    kind: 'run',
    state: 'running',
    verdict: null,
    cause: null,
    environment: request.environment ?? job.deviceType,
    device: job.deviceType,
    board: null,
    arch: build?.request.target_arch ?? job.arch ?? 'unknown',
    started: new Date().toISOString(),
    finished: null,
    duration_seconds: 0,
    kernel: {
      release: build?.source.kernel_release ?? null,
      file: build?.kernel ?? request.jobFile,
      sha256: build?.artifacts.find(({ name }) => name === build.kernel)?.sha256 ?? null,
      build: build?.name ?? null,
      commit: build?.source.git?.commit ?? null,
    },
    suites: [],
    counts: { pass: 0, fail: 0, skip: 0, xfail: 0 },
    crashes: [],
    timings: { first_byte_seconds: null, boot_seconds: null },
    kernel_started: false,
    emulator: null,
    missing: [],
    reproduce: null,
    lkft: { version: lkftVersion() },
  }
}
