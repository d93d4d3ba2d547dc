import { randomBytes } from 'node:crypto'
import type { Milestone } from '#console/boot-milestones'
import type { Crash } from '#console/find-crashes'
import { createKtapParser } from '#console/ktap'
import type { StageContext } from '#log/reporter'
import type { RunDirectory } from '#results/run-directory'
import type { TestResult } from '#schema/documents'
import { expectResults } from '#suites/expect-results'
import type { SuiteOptions } from '#suites/list-tests'
import { startAgain } from '#suites/reboot-loop'
import { freezeWhenReady, type GuestScope, runSuites, type SuiteRun } from '#suites/run-suites'
import type { Life, LifeRequest } from '#suites/life'
import { type Death, type SessionLimits, startSession } from '#suites/session'
import type { Suite } from '#suites/suite'
import { isUnfinished, newSuiteState, repeatFailed, type SuiteState } from '#suites/suite-state'

export interface RunPlan {
  readonly directory: RunDirectory
  readonly suites: readonly Suite[]
  readonly options: SuiteOptions
  readonly limits: SessionLimits
  /** Whole run; no limit but the suites' own when absent. */
  readonly timeoutSeconds?: number | undefined
  /** How often a failed test is run again, in a fresh machine; never when absent. */
  readonly retries?: number | undefined
  /** Machines that take tests from one another; 1 when absent. */
  readonly shards?: number | undefined
  /** The first machine is started alone, to be frozen; the others wait for it. */
  readonly firstAlone?: boolean | undefined
  /** Gives each suite a machine of its own where copies of a frozen one can be had. */
  readonly copyPerSuite?: boolean | undefined
  readonly startLife: (request: LifeRequest) => Promise<Life>
}

/** All that became of a run; `judgeRun` makes the verdict of it. */
export interface RunFacts {
  readonly states: readonly SuiteState[]
  readonly crashes: readonly Crash[]
  readonly deaths: readonly Death[]
  /** Machines that were started. */
  readonly lives: number
  readonly kernelStarted: boolean
  readonly release: string | null
  readonly firstByteSeconds: number | null
  readonly firstOutputSeconds?: number | null
  readonly milestones?: readonly Milestone[]
  readonly firstCommandSeconds?: number | null
  readonly bootSeconds: number | null
}

/** A run while it goes on. */
interface Running {
  readonly plan: RunPlan
  readonly states: readonly SuiteState[]
  readonly until: number | undefined
  readonly crashes: Crash[]
  readonly deaths: Death[]
  readonly context: StageContext
  /** Machines started so far. */
  lives: number
  first: LifeFacts | null
  firstCommandSeconds: number | null
}

/**
 * Runs suites on a machine, or on several that take tests from one another. When
 * one dies, the test under which it died has failed and the rest goes on in a
 * fresh one, as long as that gets anywhere. Built-in KUnit, which runs at boot, is
 * not run a second time.
 */
export async function conductRun(asked: RunPlan, context: StageContext): Promise<RunFacts> {
  const { expected } = asked.options
  const plan = expected === undefined ? asked : { ...asked, directory: expectResults(asked.directory, expected) }
  const states = plan.suites.map(newSuiteState)
  const until = plan.timeoutSeconds === undefined ? undefined : performance.now() + plan.timeoutSeconds * 1000
  const running: Running = {
    plan,
    states,
    until,
    crashes: [],
    deaths: [],
    context,
    lives: 0,
    first: null,
    firstCommandSeconds: null,
  }
  const shards = plan.shards ?? 1
  let workers = plan.firstAlone === true ? 1 : shards
  let goesOn = true
  while (goesOn) {
    const ends = await allOf(Array.from({ length: workers }, () => work(running)))
    goesOn = !ends.includes('stop')
    if (goesOn && states.some(isUnfinished)) workers = shards
    else if (goesOn) {
      goesOn = repeat(states, plan)
      if (goesOn) context.reporter.info('running failed tests again in a fresh machine')
    }
  }
  const { first } = running
  return {
    states,
    crashes: running.crashes,
    deaths: running.deaths,
    lives: running.lives,
    kernelStarted: first?.kernelStarted ?? false,
    release: first?.release ?? null,
    firstByteSeconds: first?.firstByteSeconds ?? null,
    firstOutputSeconds: first?.firstOutputSeconds ?? null,
    milestones: first?.milestones ?? [],
    firstCommandSeconds: running.firstCommandSeconds,
    bootSeconds: first?.bootSeconds ?? null,
  }
}

/** Waits for all of them even when one fails, so that no machine is left behind. */
async function allOf<T>(parts: readonly Promise<T>[]): Promise<readonly T[]> {
  const ends = await Promise.allSettled(parts)
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason
    return end.value
  })
}

/** Machines one after the other until no test is left to take; `stop` when the run shall not go on. */
async function work(running: Running): Promise<'done' | 'frozen' | 'stop'> {
  const { plan, states, context, deaths } = running
  for (;;) {
    running.lives++
    const number = running.lives
    const before = plan.directory.results().length
    const end = await live(running, number).catch((error: unknown) => {
      // What the first machine showed stands, even when no further one can be started.
      if (number === 1 || context.signal.aborted) throw error
      context.reporter.warn(`no fresh machine: ${(error as Error).message}`)
      return undefined
    })
    if (end === undefined) return 'stop'
    running.first ??= end
    running.firstCommandSeconds ??= end.firstCommandSeconds
    if (end.death !== null) {
      deaths.push(end.death)
      if (startAgain(deaths, end.bootSeconds !== null)) {
        context.reporter.warn(`${end.death.message} while it booted; starting it once more`)
        continue
      }
      const gotSomewhere = end.ran > 0 || ((plan.shards ?? 1) === 1 && plan.directory.results().length > before)
      if (end.death.kind === 'cancelled' || end.death.kind === 'timeout' || !gotSomewhere) return 'stop'
      if (plan.directory.broken.aborted) return 'stop'
    }
    if (end.frozen) return 'frozen'
    if (!states.some(isUnfinished)) return 'done'
    if (end.death !== null) context.reporter.warn(`${end.death.message}; going on in a fresh machine`)
  }
}

/** Makes failed tests work again where the plan allows another attempt; false when there are none. */
function repeat(states: readonly SuiteState[], { retries = 0, directory }: RunPlan): boolean {
  const candidates = states.filter((state) => state.attempt <= retries)
  return candidates.map((state) => repeatFailed(state, directory.results())).includes(true)
}

interface LifeFacts {
  readonly death: Death | null
  /** It became what further lives are copied from. */
  readonly frozen: boolean
  /** Tests that ran in it. */
  readonly ran: number
  readonly kernelStarted: boolean
  readonly release: string | null
  readonly firstByteSeconds: number | null
  readonly firstOutputSeconds: number | null
  readonly milestones: readonly Milestone[]
  readonly firstCommandSeconds: number | null
  readonly bootSeconds: number | null
}

/** One machine, from its start to its end. */
async function live(running: Running, number: number): Promise<LifeFacts> {
  const { plan, states, until, crashes, context } = running
  const { directory } = plan
  const name = randomBytes(6).toString('hex')
  const wantsKunit = number === 1 && plan.suites.some(({ kind }) => kind === 'kunit')
  const kernelArguments = [`lkft_session=${name}`, 'printk.devkmsg=on', ...(wantsKunit ? [] : ['kunit.enable=0'])]
  const sharded = (plan.shards ?? 1) > 1
  await using life = await plan.startLife({ session: name, kernelArguments, number, manyFollow: manyFollow(running) })
  const isCopy = life.copyOf !== undefined
  const kunit = createKtapParser({ suite: 'kunit' })
  const add = (results: readonly TestResult[]): void => {
    if (isCopy || !plan.suites.some(({ kind }) => kind === 'kunit')) return
    for (const result of results) directory.addResult(result)
  }
  const limit = new AbortController()
  const late = new DOMException(`the run took longer than ${plan.timeoutSeconds} s`, 'TimeoutError')
  const timer = until === undefined ? undefined : setTimeout(() => limit.abort(late), until - performance.now())
  const spool = sharded ? directory.spoolConsole() : undefined
  const seen: Crash[] = []
  const session = startSession({
    ...life,
    session: life.copyOf?.session ?? name,
    copyReady: life.copyOf?.ready,
    sink: spool ?? directory,
    limits: plan.limits,
    signal: AbortSignal.any([context.signal, limit.signal, directory.broken]),
    onLine: (line) => {
      if (line.source !== 'program') add(kunit.push(line.text, line.number))
      context.reporter.output(line.raw)
    },
    onCrash: (crash) => seen.push(crash),
  })
  const scope = isCopy ? scopeOfCopy(states, plan) : 'all'
  const run: SuiteRun = { directory, states, options: plan.options, reporter: context.reporter, scope, sharded, ran: 0 }
  try {
    const freeze = life.freeze
    const death = freeze === undefined ? await runSuites(run, session) : await freezeWhenReady(session, freeze)
    const { kernelStarted, release, firstByteSeconds } = session.watch
    const hello = session.hello()
    return {
      death,
      frozen: freeze !== undefined && death === null,
      ran: run.ran,
      kernelStarted: kernelStarted || hello !== null,
      release: release ?? hello?.release ?? null,
      firstByteSeconds,
      firstOutputSeconds: session.firstOutputSeconds(),
      milestones: session.watch.milestones,
      firstCommandSeconds: run.firstCommand === undefined ? null : (run.firstCommand - life.started) / 1000,
      bootSeconds: session.bootSeconds(),
    }
  } finally {
    clearTimeout(timer)
    session.close()
    if (!context.signal.aborted) add(kunit.end())
    const offset = spool?.merge() ?? 0
    crashes.push(...seen.map((crash) => ({ ...crash, line: crash.line + offset })))
  }
}

/** A copy costs little: tests that run again get one each, suites when the plan says so. */
function scopeOfCopy(states: readonly SuiteState[], { copyPerSuite = false }: RunPlan): GuestScope {
  if (states.some(({ attempt }) => attempt > 1)) return 'test'
  return copyPerSuite ? 'suite' : 'all'
}

/** Whether more machines than one are to be expected. */
function manyFollow({ plan, states }: Running): boolean {
  if ((plan.shards ?? 1) > 1 || plan.copyPerSuite === true) return true
  const again = states.filter(({ attempt }) => attempt > 1).flatMap(({ pending }) => pending ?? [])
  return again.length > 1
}
