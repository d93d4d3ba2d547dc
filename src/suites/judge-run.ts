import type { Crash } from '#console/find-crashes'
import type { WarningPolicy } from '#suites/warning-policy'
import type { Counts, RunDirectory } from '#results/run-directory'
import { countResults } from '#results/run-directory'
import type { Run, TestResult } from '#schema/documents'
import type { RunFacts } from '#suites/conduct-run'
import type { Death } from '#suites/session'
import { isUnfinished, type SuiteState, type SuiteVerdict } from '#suites/suite-state'

/** The parts of run.json that say how a run ended. */
export type Judgement = Pick<
  Run,
  'state' | 'verdict' | 'cause' | 'suites' | 'crashes' | 'missing' | 'flaky' | 'timings' | 'kernel_started'
>

/** Worst first: of several, the run's verdict is the first. */
const order: readonly SuiteVerdict[] = ['cancelled', 'crash', 'hang', 'timeout', 'fail', 'error', 'infra', 'pass']

/**
 * Says how a run ended and whose doing it was. Adds the results of the suite
 * `boot`, which are known only now, to the directory.
 */
export function judgeRun(facts: RunFacts, directory: RunDirectory, policy: WarningPolicy): Judgement {
  const crashes = policy === 'ignore' ? facts.crashes.filter(({ severity }) => severity !== 'warning') : facts.crashes
  const findings = [...findDeaths(facts), ...findCrashes(crashes, policy)]
  if (facts.states.some(({ suite }) => suite.kind === 'boot')) {
    for (const result of bootResults(facts, findCrashes(crashes, policy))) directory.addResult(result)
  }
  const suites = facts.states.map((state) => judgeSuite(state, facts, directory.results()))
  const worst = [...findings, ...suites.map(({ name, verdict, message }) => ({ verdict, code: name, message }))]
  worst.sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
  const [first] = worst
  const verdict = first?.verdict ?? 'pass'
  return {
    state: verdict === 'cancelled' ? 'cancelled' : 'done',
    verdict,
    cause: verdict === 'pass' || first === undefined ? null : { code: first.code, message: first.message ?? verdict },
    suites,
    crashes: [...crashes],
    missing: facts.states.filter((state) => missing(state)).map(({ suite }) => suite.name),
    flaky: findFlaky(directory.results()),
    timings: {
      first_byte_seconds: rounded(facts.firstByteSeconds),
      first_output_seconds: rounded(facts.firstOutputSeconds ?? null),
      first_command_seconds: rounded(facts.firstCommandSeconds ?? null),
      boot_seconds: rounded(facts.bootSeconds),
      ...(facts.milestones === undefined ? {} : { milestones: [...facts.milestones] }),
    },
    kernel_started: facts.kernelStarted,
  }
}

interface Finding {
  readonly verdict: SuiteVerdict
  /** Kind of a crash, or what ended the run. */
  readonly code: string
  readonly message: string
}

/** Verdict and code of each way to die. */
const verdicts: Record<Death['kind'], readonly [SuiteVerdict, string]> = {
  broken: ['infra', 'LAB_FAILED'],
  cancelled: ['cancelled', 'cancelled'],
  crash: ['crash', 'crash'],
  gone: ['crash', 'reboot'],
  hang: ['hang', 'hang'],
  timeout: ['timeout', 'timeout'],
}

function findDeaths({ deaths }: RunFacts): readonly Finding[] {
  return deaths.map(({ kind, message }) => ({ verdict: verdicts[kind][0], code: verdicts[kind][1], message }))
}

function findCrashes(crashes: readonly Crash[], policy: WarningPolicy): readonly Finding[] {
  return crashes.flatMap(({ kind, severity, title, test }): Finding[] => {
    const message = test === null ? title : `${title} (in ${test})`
    if (severity === 'fatal' || severity === 'crash') return [{ verdict: 'crash', code: kind, message }]
    if (severity === 'hang') return [{ verdict: 'hang', code: kind, message }]
    return severity === 'warning' && policy === 'fail' ? [{ verdict: 'fail', code: kind, message }] : []
  })
}

function bootResults(facts: RunFacts, said: readonly Finding[]): readonly TestResult[] {
  const suite = 'boot'
  if (facts.deaths.some(({ kind }) => kind === 'cancelled' || kind === 'broken')) return []
  const reached = facts.bootSeconds !== null
  const why = facts.deaths[0]?.message
  const failed = { status: 'fail', ...(why === undefined ? {} : { message: why }) } as const
  const [worst] = said
  const reason = facts.deaths[0]?.kind === 'hang' || facts.deaths[0]?.kind === 'timeout' ? 'timeout' : 'crash'
  return [
    { suite, test: 'kernel', ...(facts.kernelStarted ? { status: 'pass' } : { ...failed, reason: 'error' }) },
    {
      suite,
      test: 'shell',
      ...(reached ? { status: 'pass' } : { ...failed, reason }),
      ...(reached ? { measurement: rounded(facts.bootSeconds) ?? 0, unit: 'seconds' } : {}),
    },
    {
      suite,
      test: 'messages',
      ...(worst === undefined
        ? { status: 'pass' }
        : { status: 'fail', reason: worst.verdict === 'crash' ? 'crash' : 'assert', message: worst.message }),
    },
  ]
}

/** Tests that failed once and passed when they ran again. */
function findFlaky(results: readonly TestResult[]): string[] {
  const failed = new Set<string>()
  const flaky = new Set<string>()
  for (const { suite, test, status, attempt = 1 } of results) {
    const name = `${suite}/${test}`
    if (status === 'fail') failed.add(name)
    if (status === 'fail') flaky.delete(name)
    else if (status === 'pass' && attempt > 1 && failed.has(name)) flaky.add(name)
  }
  return [...flaky]
}

function judgeSuite(state: SuiteState, facts: RunFacts, all: readonly TestResult[]): Run['suites'][number] {
  const name = state.suite.name
  const results = all.filter((result) => result.suite === name)
  const counts = countResults(results)
  const problems = [...state.problems]
  if (state.suite.kind === 'kunit' && results.length === 0 && facts.bootSeconds !== null) {
    problems.push({ verdict: 'error', message: 'no KUnit results: the kernel has no CONFIG_KUNIT, or it is off' })
  }
  const isOpen = missing(state) || (state.suite.kind === 'boot' && results.length === 0)
  const death = isOpen ? facts.deaths.at(-1) : undefined
  if (death !== undefined) {
    problems.push({ verdict: verdicts[death.kind][0], message: death.message })
  }
  problems.push(...judgeResults(counts, results))
  problems.sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict))
  return {
    name,
    verdict: problems[0]?.verdict ?? 'pass',
    counts,
    duration_seconds: rounded(state.seconds) ?? 0,
    message: problems[0]?.message ?? null,
  }
}

function judgeResults(
  counts: Counts,
  results: readonly TestResult[],
): readonly { verdict: SuiteVerdict; message: string }[] {
  if (counts.fail === 0) return []
  const last = new Map(results.map((result) => [result.test, result]))
  const failed = [...last.values()].filter(({ status }) => status === 'fail')
  const crashed = failed.find(({ reason }) => reason === 'crash')
  if (crashed !== undefined) return [{ verdict: 'crash', message: `crashed in ${crashed.test}` }]
  const names = failed.slice(0, 3).map(({ test }) => test)
  const more = counts.fail > names.length ? ` and ${counts.fail - names.length} more` : ''
  return [{ verdict: 'fail', message: `failed: ${names.join(', ')}${more}` }]
}

/** A suite that did not come to its end. `boot` always does. */
function missing(state: SuiteState): boolean {
  return state.suite.kind !== 'boot' && isUnfinished(state)
}

function rounded(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1000) / 1000
}
