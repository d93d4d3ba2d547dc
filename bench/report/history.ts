import { classify, isSure } from '#report/classify'
import { judgeMetric } from '#results/metrics/judge-metric'
import { addSighting, type Observation, startObservation } from '#results/observation'
import { seeded } from './synthetic.ts'

/** Shares of what was called a regression and what was one. */
export interface Score {
  readonly found: number
  readonly precision: number
  readonly recall: number
}

interface Key {
  /** Share of runs that fail without a cause. */
  readonly flakiness: number
  /** Build that broke it, and the one that mended it. */
  broken: number
  mended: number
  observation: Observation | undefined
}

const reruns = 4

/**
 * A made-up history of builds in which some tests are flaky and some break for good,
 * judged by the rules of the report: raw pass to fail, a regression of the report, and
 * one confirmed by re-runs on both kernels. Only the score knows the truth.
 */
export function scoreHistory(
  seed: number,
  tests = 6000,
  builds = 80,
): Readonly<Record<'raw' | 'report' | 'confirmed', Score>> {
  const random = seeded(seed)
  const keys: Key[] = Array.from({ length: tests }, () => ({
    flakiness: random() < 0.02 ? 0.02 + 0.48 * random() : 0,
    broken: -1,
    mended: -1,
    observation: undefined,
  }))
  const fails = (key: Key, build: number): boolean =>
    (key.broken !== -1 && build >= key.broken && (key.mended === -1 || build < key.mended)) || random() < key.flakiness
  const counts = { raw: [0, 0], report: [0, 0], confirmed: [0, 0] }
  let truth = 0
  for (let build = 0; build < builds; build++) {
    for (const key of keys) {
      if (build > 20 && key.broken === -1 && random() < 0.003) key.broken = build
      else if (key.broken !== -1 && build > key.broken && random() < 0.2) [key.broken, key.mended] = [-1, -1]
      const { observation: before } = key
      const status = fails(key, build) ? 'fail' : 'pass'
      const isTrue = key.broken === build
      if (isTrue) truth += 1
      const sighting = { run: build, kernel: build, status, message: undefined } as const
      const after = startObservation(sighting)
      const isRaw = before?.history.endsWith('P') === true && status === 'fail'
      if (isRaw) count(counts.raw, isTrue)
      if (judge(before, after) === 'regression') count(counts.report, isTrue)
      if (isRaw) {
        const old = structuredClone(before)
        for (let run = 0; run < reruns; run++) {
          addSighting(after, { ...sighting, status: fails(key, build) ? 'fail' : 'pass' })
          const oldStatus = random() < key.flakiness ? 'fail' : 'pass'
          if (old !== undefined) addSighting(old, { ...sighting, kernel: build - 1, status: oldStatus })
        }
        if (judge(old, after) === 'regression' && isSure(old, after)) count(counts.confirmed, isTrue)
      }
      if (before === undefined) key.observation = after
      else addSighting(before, sighting)
    }
  }
  return {
    raw: score(counts.raw, truth),
    report: score(counts.report, truth),
    confirmed: score(counts.confirmed, truth),
  }
}

function judge(before: Observation | undefined, after: Observation): string | undefined {
  return classify({ before, after, known: undefined, isCutOff: false })
}

function count(pair: number[], isTrue: boolean): void {
  pair[0] = (pair[0] ?? 0) + 1
  if (isTrue) pair[1] = (pair[1] ?? 0) + 1
}

function score([found = 0, right = 0]: readonly number[], truth: number): Score {
  return { found, precision: right / found, recall: right / truth }
}

/** What metrics did in a made-up history: half of the series step by 10 % once. */
export function scoreMetrics(seed: number, series = 400, builds = 120) {
  const random = seeded(seed)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  let [judged, falseAlarms, steps, found, delay] = [0, 0, 0, 0, 0]
  for (let index = 0; index < series; index++) {
    const noise = [0.01, 0.03, 0.08][index % 3] ?? 0
    const step = index % 2 === 0 ? 40 + Math.floor(random() * 40) : Infinity
    const values: number[] = []
    let isFound = false
    for (let build = 0; build < builds; build++) {
      values.push(100 * (build >= step ? 1.1 : 1) * (1 + noise * normal()))
      const verdict = judgeMetric(values, { better: 'lower', tolerance: 0.03 })?.verdict
      const isAfter = build >= step && build < step + 30
      if (!isAfter) judged += 1
      if (verdict !== 'regression' && verdict !== 'provisional') continue
      if (!isAfter) falseAlarms += 1
      else if (!isFound) [isFound, delay] = [true, delay + build - step]
    }
    if (step !== Infinity) steps += 1
    if (isFound) found += 1
  }
  return { alarmsPerThousand: (1000 * falseAlarms) / judged, found: found / steps, delay: delay / found, judged }
}

if (import.meta.main) {
  const seed = Number(process.argv[2] ?? 1)
  console.log(`seed ${seed}`)
  console.table(scoreHistory(seed))
  console.table(scoreMetrics(seed))
}
