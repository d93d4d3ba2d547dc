import { randomBytes } from 'node:crypto'
import type { Crash } from '#console/find-crashes'
import { createKtapParser } from '#console/ktap'
import type { StageContext } from '#log/reporter'
import type { RunDirectory } from '#results/run-directory'
import type { TestResult } from '#schema/documents'
import type { ConsoleLink } from '#suites/console-link'
import type { SuiteOptions } from '#suites/list-tests'
import { runSuites } from '#suites/run-suites'
import { type Death, type LifeEnd, type SessionLimits, startSession } from '#suites/session'
import type { Suite } from '#suites/suite'
import { isUnfinished, newSuiteState, repeatFailed, type SuiteState } from '#suites/suite-state'

/** A started machine or board. Disposing it ends it. */
export interface Life extends AsyncDisposable {
  readonly console: ConsoleLink
  readonly port: ConsoleLink | null
  /** `performance.now()` when it was started. */
  readonly started: number
  /** Settles when it is gone by itself; never for a board that has no way to tell. */
  readonly ended: Promise<LifeEnd>
}

/** What the machine is started for. */
export interface LifeRequest {
  /** Words for the kernel command line: the runner's session, and options for this life. */
  readonly kernelArguments: readonly string[]
  /** 1 for the first machine of the run. */
  readonly number: number
}

export interface RunPlan {
  readonly directory: RunDirectory
  readonly suites: readonly Suite[]
  readonly options: SuiteOptions
  readonly limits: SessionLimits
  /** Whole run; no limit but the suites' own when absent. */
  readonly timeoutSeconds?: number | undefined
  /** How often a failed test is run again, in a fresh machine; never when absent. */
  readonly retries?: number | undefined
  readonly startLife: (request: LifeRequest) => Promise<Life>
}

/** All that became of a run; `judgeRun` makes the verdict of it. */
export interface RunFacts {
  readonly states: readonly SuiteState[]
  readonly crashes: readonly Crash[]
  readonly deaths: readonly Death[]
  readonly kernelStarted: boolean
  readonly release: string | null
  readonly firstByteSeconds: number | null
  readonly bootSeconds: number | null
}

/**
 * Runs suites on a machine. When it dies, the test under which it died has
 * failed and the rest goes on in a fresh one, as long as that gets anywhere.
 * Built-in KUnit, which runs at boot, is not run a second time.
 */
export async function conductRun(plan: RunPlan, context: StageContext): Promise<RunFacts> {
  const states = plan.suites.map(newSuiteState)
  const facts = {
    crashes: [] as Crash[],
    deaths: [] as Death[],
    first: null as Awaited<ReturnType<typeof live>> | null,
  }
  const total = plan.timeoutSeconds === undefined ? undefined : performance.now() + plan.timeoutSeconds * 1000
  for (let number = 1; ; number++) {
    const before = plan.directory.results().length
    const end = await live({ plan, states, number, until: total, crashes: facts.crashes, context }).catch(
      (error: unknown) => {
        // What the first machine showed stands, even when no further one can be started.
        if (number === 1 || context.signal.aborted) throw error
        context.reporter.warn(`no fresh machine: ${(error as Error).message}`)
        return undefined
      },
    )
    if (end === undefined) break
    facts.first ??= end
    if (end.death !== null) {
      facts.deaths.push(end.death)
      const gotSomewhere = plan.directory.results().length > before
      if (end.death.kind === 'cancelled' || end.death.kind === 'timeout' || !gotSomewhere) break
      if (plan.directory.broken.aborted) break
      if (states.some(isUnfinished)) {
        context.reporter.warn(`${end.death.message}; going on in a fresh machine`)
        continue
      }
    }
    if (!repeat(states, plan)) break
    context.reporter.info('running failed tests again in a fresh machine')
  }
  const { first } = facts
  return {
    states,
    crashes: facts.crashes,
    deaths: facts.deaths,
    kernelStarted: first?.kernelStarted ?? false,
    release: first?.release ?? null,
    firstByteSeconds: first?.firstByteSeconds ?? null,
    bootSeconds: first?.bootSeconds ?? null,
  }
}

/** Makes failed tests work again where the plan allows another attempt; false when there are none. */
function repeat(states: readonly SuiteState[], { retries = 0, directory }: RunPlan): boolean {
  const candidates = states.filter((state) => state.attempt <= retries)
  return candidates.map((state) => repeatFailed(state, directory.results())).includes(true)
}

interface LifeOptions {
  readonly plan: RunPlan
  readonly states: readonly SuiteState[]
  readonly number: number
  readonly until: number | undefined
  readonly crashes: Crash[]
  readonly context: StageContext
}

/** One machine, from its start to its end. */
async function live({ plan, states, number, until, crashes, context }: LifeOptions) {
  const { directory } = plan
  const name = randomBytes(6).toString('hex')
  const wantsKunit = number === 1 && plan.suites.some(({ kind }) => kind === 'kunit')
  const kernelArguments = [`lkft_session=${name}`, 'printk.devkmsg=on', ...(wantsKunit ? [] : ['kunit.enable=0'])]
  await using life = await plan.startLife({ kernelArguments, number })
  const kunit = createKtapParser({ suite: 'kunit' })
  const add = (results: readonly TestResult[]): void => {
    if (plan.suites.some(({ kind }) => kind === 'kunit')) for (const result of results) directory.addResult(result)
  }
  const limit = new AbortController()
  const late = new DOMException(`the run took longer than ${plan.timeoutSeconds} s`, 'TimeoutError')
  const timer = until === undefined ? undefined : setTimeout(() => limit.abort(late), until - performance.now())
  const session = startSession({
    ...life,
    session: name,
    directory,
    limits: plan.limits,
    signal: AbortSignal.any([context.signal, limit.signal, directory.broken]),
    onLine: (line) => {
      if (line.source !== 'program') add(kunit.push(line.text, line.number))
      context.reporter.output(line.raw)
    },
    onCrash: (crash) => crashes.push(crash),
  })
  try {
    const death = await runSuites({ directory, states, options: plan.options, reporter: context.reporter }, session)
    const { kernelStarted, release, firstByteSeconds } = session.watch
    return { death, kernelStarted, release, firstByteSeconds, bootSeconds: session.bootSeconds() }
  } finally {
    clearTimeout(timer)
    session.close()
    if (!context.signal.aborted) add(kunit.end())
  }
}
