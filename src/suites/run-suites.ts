import type { Reporter } from '#log/reporter'
import type { RunDirectory } from '#results/run-directory'
import type { TestResult } from '#schema/documents'
import type { StepEnd } from '#suites/guest'
import { listTests, type SuiteOptions } from '#suites/list-tests'
import { readStep } from '#suites/read-step'
import type { Death, Session } from '#suites/session'
import { isUnfinished, type SuiteState, type Test } from '#suites/suite-state'

export interface SuiteRun {
  readonly directory: RunDirectory
  readonly states: readonly SuiteState[]
  readonly options: SuiteOptions
  readonly reporter: Reporter
}

/** A guest's death, thrown through whatever waits for the guest. */
class DeathError extends Error {
  readonly death: Death

  constructor(death: Death) {
    super(death.message)
    this.death = death
  }
}

/**
 * Runs the tests that are left, suite by suite, until none is or the guest dies.
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
    for (const state of run.states.filter(isUnfinished)) await runSuite(run, session, state, alive)
    return null
  } catch (error) {
    if (error instanceof DeathError) return error.death
    return { kind: 'hang', message: (error as Error).message }
  }
}

type Alive = <T>(work: Promise<T>) => Promise<T>

async function runSuite(run: SuiteRun, session: Session, state: SuiteState, alive: Alive): Promise<void> {
  const { suite } = state
  run.reporter.section(`Suite ${suite.name}`)
  if (state.pending === undefined) {
    try {
      state.pending = await alive(listTests(suite, run.options, session.guest))
    } catch (error) {
      if (error instanceof DeathError) throw error
      state.pending = []
      state.problems.push({ verdict: 'error', message: (error as Error).message })
    }
  }
  for (let test = state.pending.shift(); test !== undefined; test = state.pending.shift()) {
    const left = suite.timeoutMinutes * 60 - state.seconds
    if (left <= 0) {
      state.pending.unshift(test)
      const message = `${state.pending.length} tests did not run within ${suite.timeoutMinutes} min`
      state.problems.push({ verdict: 'timeout', message })
      state.pending = []
      return
    }
    await runTest(run, session, state, test, Math.min(left, run.options.testSeconds ?? left), alive)
  }
}

async function runTest(
  { directory, reporter }: SuiteRun,
  session: Session,
  state: SuiteState,
  test: Test,
  seconds: number,
  alive: Alive,
): Promise<void> {
  const suite = state.suite.name
  const reader = readStep(test.format, suite, test.name)
  const attempt = state.attempt > 1 ? { attempt: state.attempt } : {}
  const add = (result: TestResult): void => directory.addResult({ ...result, ...attempt })
  const started = performance.now()
  reporter.status(`${suite}: ${test.name}`)
  session.watch.setTest(`${suite}/${test.name}`)
  directory.writeOutput(`== ${suite}/${test.name}`)
  const onLine = (line: string): void => {
    directory.writeOutput(line)
    reporter.output(line)
    for (const result of reader.push(line)) add(result)
  }
  const finish = (end: StepEnd): void => {
    for (const result of reader.end(end)) add(result)
    state.ran.push(test)
  }
  try {
    finish(await alive(session.guest.runStep({ script: test.script, seconds, onLine })))
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
      add({ suite, test: test.name, status: 'fail', reason, message, duration_seconds: duration })
    }
    throw error
  } finally {
    state.seconds += (performance.now() - started) / 1000
    session.watch.setTest(null)
  }
}
