import type { TestResult } from '#schema/documents'

/**
 * What one kernel said of one test, over all its runs and attempts: passed,
 * failed, both (`M`, mixed), skipped, failed as expected (`X`).
 */
export type Outcome = 'P' | 'F' | 'M' | 'S' | 'X'

/** What is known of one test in one environment on one side of a comparison. */
export interface Observation {
  /** One outcome for each kernel that ran it, oldest first. */
  history: string
  /** Number of the kernel that gave the last outcome. */
  kernel: number
  /** How often it passed and failed, over all kernels, runs and attempts. */
  passes: number
  fails: number
  /** The same of the newest kernel alone. */
  readonly newest: { passes: number; fails: number }
  /** Index of the run that gave the last failure, or else the first result. */
  run: number
  /** Index of the run that began the newest unbroken row of the same known outcome. */
  since: number
  /** Of the last failure. */
  message: string | undefined
}

const outcomeOfStatus = { pass: 'P', fail: 'F', skip: 'S', xfail: 'X' } as const

/** One result, with the number of the kernel it is of and of its run; both count up with time. */
export interface Sighting {
  readonly kernel: number
  readonly run: number
  readonly status: TestResult['status']
  readonly message: string | undefined
}

/** Starts an observation with its first result. */
export function startObservation({ kernel, run, status, message }: Sighting): Observation {
  const [passes, fails] = [status === 'pass' ? 1 : 0, status === 'fail' ? 1 : 0]
  return {
    history: outcomeOfStatus[status],
    kernel,
    passes,
    fails,
    newest: { passes, fails },
    run,
    since: run,
    message: status === 'fail' ? message : undefined,
  }
}

/** Adds a later result: the same kernel's results join into one outcome, another kernel's begins the next. */
export function addSighting(observation: Observation, { kernel, run, status, message }: Sighting): void {
  const outcome = outcomeOfStatus[status]
  if (outcome !== 'S' && outcome !== lastKnown(observation.history)) observation.since = run
  if (kernel === observation.kernel) {
    const last = observation.history.at(-1) as Outcome
    observation.history = observation.history.slice(0, -1) + join(last, outcome)
  } else {
    observation.history += outcome
    observation.kernel = kernel
    observation.newest.passes = 0
    observation.newest.fails = 0
  }
  if (status === 'pass') {
    observation.passes += 1
    observation.newest.passes += 1
  }
  if (status !== 'fail') return
  observation.fails += 1
  observation.newest.fails += 1
  observation.run = run
  observation.message = message
}

/** A result outweighs a skip; a pass and a failure of the same kernel are mixed. */
function join(a: Outcome, b: Outcome): Outcome {
  if (a === b || b === 'S') return a
  if (a === 'S') return b
  if (a === 'M' || b === 'M') return 'M'
  if (a === 'P' || b === 'P') return 'M'
  return 'F'
}

/** The newest outcome that says something: skips are passed over; undefined when there are only skips. */
export function lastKnown(history: string): Exclude<Outcome, 'S'> | undefined {
  for (let index = history.length - 1; index >= 0; index--) {
    const outcome = history[index] as Outcome
    if (outcome !== 'S') return outcome
  }
  return undefined
}

/** How many of the newest kernels a test's steadiness is judged by. */
const steadinessWindow = 50

/**
 * Whether a history shows a test that changes without a cause: mixed on one
 * kernel, or passing and failing in turn at least twice within the newest 50.
 */
export function isUnsteady(history: string): boolean {
  const recent = history.slice(-steadinessWindow).replaceAll('S', '')
  if (recent.includes('M')) return true
  return countFlips(recent) >= 2
}

/** How often a history goes from pass to fail or back. */
function countFlips(history: string): number {
  let flips = 0
  let before: string | undefined
  for (const outcome of history) {
    if (outcome !== 'P' && outcome !== 'F') continue
    if (before !== undefined && outcome !== before) flips += 1
    before = outcome
  }
  return flips
}

/** The status that an outcome is shown as. */
export function statusOfOutcome(outcome: Outcome): string {
  return { P: 'pass', F: 'fail', M: 'pass and fail', S: 'skip', X: 'xfail' }[outcome]
}
