import type { Reporter } from '#log/reporter'
import type { RunDirectory } from '#results/run-directory'
import type { TestResult } from '#schema/documents'
import type { StepEnd } from '#suites/guest'
import { testOutput } from '#suites/test-output'
import { listTests, type SuiteOptions } from '#suites/list-tests'
import { readStep } from '#suites/read-step'
import type { Death, Session } from '#suites/session'
import { isUnfinished, type SuiteState, type Test } from '#suites/suite-state'

export interface SuiteRun {
  readonly directory: RunDirectory
  readonly states: readonly SuiteState[]
  readonly options: SuiteOptions
  readonly reporter: Reporter
  /** What this guest is for: all that is left, the rest of one suite, or one test. */
  readonly scope: GuestScope
  /** Several guests run at a time: what a test prints is kept back until its end. */
  readonly sharded: boolean
  /** Tests that ran in this guest. */
  ran: number
  /** `performance.now()` when the first of them began. */
  firstCommand?: number
}

export type GuestScope = 'all' | 'suite' | 'test'

/** A guest's death, thrown through whatever waits for the guest. */
class DeathError extends Error {
  readonly death: Death

  constructor(death: Death) {
    super(death.message)
    this.death = death
  }
}

/**
 * Runs the tests that are left, suite by suite, until none is, the guest's scope
 * is done or the guest dies. Guests that run at a time take tests from the same states.
 * Each result is on disk at once. A test under which the guest dies failed by it.
 *
 * @returns the death, or null when all ran
 */
export async function runSuites(run: SuiteRun, session: Session): Promise<Death | null> {
  const alive = <T>(work: Promise<T>): Promise<T> =>
    Promise.race([
      work,
      session.dead.then((death) => {
        throw new DeathError(death)
      }),
    ])
  try {
    await alive(session.guest.hello)
    if (session.copied) await alive(session.guest.seed())
    for (const state of run.states.filter(isUnfinished)) {
      await runSuite(run, session, state, alive)
      if (run.scope !== 'all' && run.ran > 0) return null
    }
    return null
  } catch (error) {
    if (error instanceof DeathError) return error.death
    return { kind: 'hang', message: (error as Error).message }
  }
}

/** Freezes a guest that waits for orders; gives its death when it does not come so far. */
export async function freezeWhenReady(session: Session, freeze: () => Promise<void>): Promise<Death | null> {
  const death = await Promise.race([session.dead, session.guest.hello.then(() => null)])
  if (death === null) await freeze()
  return death
}

type Alive = <T>(work: Promise<T>) => Promise<T>

async function runSuite(run: SuiteRun, session: Session, state: SuiteState, alive: Alive): Promise<void> {
  const { suite } = state
  run.reporter.section(`Suite ${suite.name}`)
  const pending = await knowTests(run, session, state, alive)
  for (let test = pending.shift(); test !== undefined; test = pending.shift()) {
    const minutes = run.options.suiteMinutes?.[suite.name] ?? suite.timeoutMinutes
    const left = minutes * 60 - state.seconds
    if (left <= 0) {
      const message = `${pending.length + 1} tests did not run within ${minutes} min`
      state.problems.push({ verdict: 'timeout', message })
      pending.length = 0
      return
    }
    await runTest(run, session, state, test, Math.min(left, run.options.testSeconds ?? left), alive)
    if (run.scope === 'test') return
  }
}

/** The tests that wait; asks this guest for them, unless another one is being asked. */
async function knowTests(run: SuiteRun, session: Session, state: SuiteState, alive: Alive): Promise<Test[]> {
  while (state.pending === undefined) {
    if (state.listing !== undefined) {
      await alive(state.listing)
      continue
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    state.listing = promise
    try {
      const tests = await alive(listTests(state.suite, run.options, session.guest))
      state.pending = withoutSkipped(tests, state.suite.name, run)
    } catch (error) {
      if (error instanceof DeathError) throw error
      state.pending = []
      state.problems.push({ verdict: 'error', message: (error as Error).message })
    } finally {
      state.listing = undefined
      resolve()
    }
  }
  return state.pending
}

/** The tests that are to run; the others are results at once. */
function withoutSkipped(tests: readonly Test[], suite: string, { directory, options }: SuiteRun): Test[] {
  return tests.filter(({ name }) => {
    const message = options.skip?.reasonFor(suite, name)
    if (message !== undefined) directory.addResult({ suite, test: name, status: 'skip', message })
    return message === undefined
  })
}

async function runTest(
  run: SuiteRun,
  session: Session,
  state: SuiteState,
  test: Test,
  seconds: number,
  alive: Alive,
): Promise<void> {
  const { directory, reporter, sharded } = run
  const suite = state.suite.name
  const reader = readStep(test.format, suite, test.name)
  const attempt = state.attempt > 1 ? { attempt: state.attempt } : {}
  const add = (result: TestResult): void => directory.addResult({ ...result, ...attempt })
  const started = performance.now()
  reporter.status(`${suite}: ${test.name}`)
  session.watch.setTest(`${suite}/${test.name}`)
  const output = testOutput(directory, `== ${suite}/${test.name}`, sharded)
  const onLine = (line: string): void => {
    output.push(line)
    reporter.output(line)
    for (const result of reader.push(line)) add(result)
  }
  const finish = (end: StepEnd): void => {
    for (const result of reader.end(end)) add(result)
    state.ran.push(test)
    run.ran++
  }
  try {
    const onBegin = (): void => {
      run.firstCommand ??= performance.now()
      if (state.suite.kind === 'shell') run.options.terminal?.begin()
    }
    finish(await alive(session.guest.runStep({ script: test.script, seconds, onLine, onBegin })))
  } catch (error) {
    const death = error instanceof DeathError ? error.death : undefined
    if (death?.kind === 'cancelled' || death?.kind === 'broken') {
      // Neither an interruption nor a lab's fault is a failure of the test: it did not run.
      state.pending?.unshift(test)
    } else {
      const reason = death?.kind === 'timeout' ? 'timeout' : 'crash'
      const message = (error as Error).message
      const duration = Math.round(performance.now() - started) / 1000
      state.ran.push(test)
      run.ran++
      add({ suite, test: test.name, status: 'fail', reason, message, duration_seconds: duration })
    }
    throw error
  } finally {
    run.options.terminal?.end()
    output.end()
    state.seconds += (performance.now() - started) / 1000
    session.watch.setTest(null)
  }
}
