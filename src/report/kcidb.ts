import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Side, SideBuild, SideRun } from '#report/read-side'
import { readTests } from '#results/read-tests'
import type { Build, Run, TestResult } from '#schema/documents'

/** Before the colon of every id; KCIDB gives each reporter one. */
const origin = 'lkft'

/**
 * Writes a side as KCIDB 5.3 JSON: a checkout for each commit, builds, and every
 * test as it ran. Results are streamed; nothing is null, absent facts are left out.
 */
export async function writeKcidb(file: string, side: Side): Promise<void> {
  const temporary = `${file}.tmp`
  try {
    await pipeline(Readable.from(compose(side)), createWriteStream(temporary))
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function* compose({ runs, builds }: Side): AsyncGenerator<string, void, void> {
  const checkouts = new Map<string, object>()
  const known = [...builds.values()]
  for (const { record } of known) checkouts.set(checkoutId(record), checkoutOf(record))
  const orphans = runs.filter(({ record }) => buildOf(record, known) === undefined)
  const stand = new Map(orphans.map(({ record }) => [orphanBuildId(record), orphanBuild(record)]))
  for (const { record } of orphans) checkouts.set(orphanCheckout(record), { id: orphanCheckout(record), origin })
  yield `{"version":{"major":5,"minor":3}`
  yield `,"checkouts":${JSON.stringify([...checkouts.values()])}`
  yield `,"builds":${JSON.stringify([...known.map(({ record }) => kcidbBuild(record)), ...stand.values()])}`
  yield ',"tests":['
  let separator = '\n'
  for (const run of runs) {
    const { record } = run
    const build = buildOf(record, known)
    const buildId = build === undefined ? orphanBuildId(record) : kernelBuildId(build.record)
    for await (const test of testsOf(run, buildId)) {
      yield `${separator}${JSON.stringify(test)}`
      separator = ',\n'
    }
  }
  yield '\n]}\n'
}

function buildOf(run: Run, builds: readonly SideBuild[]): SideBuild | undefined {
  return builds.find(({ record }) => record.name === run.kernel.build)
}

function checkoutId({ source }: Build): string {
  return `${origin}:${source.git?.commit ?? hash(source.kernel_version)}`
}

function checkoutOf(build: Build): object {
  const { git, kernel_version: version } = build.source
  return {
    id: checkoutId(build),
    origin,
    ...(git === null ? {} : { git_commit_hash: git.commit, git_commit_name: git.describe ?? version }),
    ...(git?.branch === null || git === null ? {} : { git_repository_branch: git.branch }),
    valid: true,
  }
}

function kernelBuildId({ name, started }: Build): string {
  return `${origin}:${hash(name, started)}`
}

const buildStatus: Readonly<Record<string, string>> = { pass: 'PASS', fail: 'FAIL', timeout: 'FAIL', error: 'ERROR' }

function kcidbBuild(build: Build): object {
  const { request, compiler, started, duration_seconds: duration, verdict, reproduce } = build
  return {
    id: kernelBuildId(build),
    origin,
    checkout_id: checkoutId(build),
    architecture: request.target_arch,
    ...(compiler === null ? {} : { compiler: compiler.full }),
    config_name: [request.kconfig, ...request.kconfig_add].join('+'),
    ...(reproduce === null ? {} : { command: reproduce }),
    start_time: started,
    duration,
    status: buildStatus[verdict ?? ''] ?? 'MISS',
  }
}

function orphanCheckout({ kernel }: Run): string {
  return `${origin}:${kernel.commit ?? hash(kernel.release ?? kernel.file)}`
}

/** A run whose build is not here still needs one to hang on. */
function orphanBuildId({ kernel, arch }: Run): string {
  return `${origin}:${hash(kernel.sha256 ?? kernel.release ?? kernel.file, arch)}`
}

function orphanBuild(run: Run): object {
  return { id: orphanBuildId(run), origin, checkout_id: orphanCheckout(run), architecture: run.arch }
}

async function* testsOf({ directory, record }: SideRun, buildId: string): AsyncGenerator<object, void, void> {
  const { environment, started, verdict, kernel_started: isKernel } = record
  const prefix = hash(environment, started, directory)
  const common = {
    origin,
    build_id: buildId,
    environment: { comment: environment, misc: { device: record.device } },
    start_time: started,
  }
  yield {
    id: `${origin}:${prefix}`,
    ...common,
    path: 'boot',
    status: isKernel ? (verdict === 'crash' || verdict === 'hang' ? 'ERROR' : 'PASS') : 'MISS',
    duration: record.duration_seconds,
  }
  const { pass, fail, skip, xfail } = record.counts
  if (pass + fail + skip + xfail === 0) return
  let number = 0
  for await (const result of readTests(join(directory, 'tests.ndjson'), { allowCutOff: record.state !== 'done' })) {
    number += 1
    yield { id: `${origin}:${prefix}-${number}`, ...common, ...testFields(result) }
  }
}

function testFields(result: TestResult): object {
  const { suite, test, status, reason, message, measurement, unit, duration_seconds: duration } = result
  return {
    path: pathOf(suite, test),
    status: status === 'fail' && reason === 'crash' ? 'ERROR' : statuses[status],
    ...(duration === undefined ? {} : { duration }),
    ...(message === undefined ? {} : { log_excerpt: message.slice(0, 4096) }),
    ...(measurement === undefined ? {} : { number: { value: measurement, ...(unit === undefined ? {} : { unit }) } }),
    misc: { name: `${suite}/${test}` },
  }
}

const statuses = { pass: 'PASS', fail: 'FAIL', skip: 'SKIP', xfail: 'FAIL' } as const

/** Dotted, of letters, digits, underscore and dash alone; the exact name stands in `misc`. */
function pathOf(suite: string, test: string): string {
  return [suite, ...test.split(/[./]/)]
    .map((part) => part.replaceAll(/[^A-Za-z0-9_-]+/g, '_'))
    .filter((part) => part !== '')
    .join('.')
}

function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 32)
}
