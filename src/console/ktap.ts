import { type KtapLine, type PlacedLine, readKtapLine } from '#console/ktap-line'
import {
  closes,
  type Held,
  isInside,
  isShallower,
  type Level,
  lost,
  nameOf,
  noteText,
  takePlan,
} from '#console/ktap-level'
import { createNameKeeper, levelOf, messageOf, outcomeOf } from '#console/ktap-result'
import type { TestResult } from '#schema/documents'

/** Something in the stream that the KTAP specification does not allow. */
export interface KtapError {
  readonly line: number
  readonly message: string
}

export interface KtapParser {
  /** Takes the next line without its prefixes (`ConsoleLine.text`) and its 1-based number; gives the results it finished. */
  push(text: string, line: number): readonly TestResult[]
  /** The stream ended: gives what was still open, as failed with reason `crash` or `missing`. */
  end(): readonly TestResult[]
  readonly errors: readonly KtapError[]
}

export interface KtapOptions {
  /** Suite of every result. When absent, the outermost test is the suite of its subtests. */
  readonly suite?: string
  /** Whether `# ` nests whole protocol lines, as kselftest does; true when absent. */
  readonly commentNesting?: boolean
}

const deepest = 16
const mostErrors = 1000
/** Results made up for tests that a plan promised and that never came. */
const mostMissing = 1000
/** Results that wait for the name of the test around them; more, and it is named by its line. */
const mostWaiting = 10_000

/**
 * Reads a KTAP 1 or TAP 12 to 14 stream, line by line, nested by indentation,
 * by header lines or by kselftest's `# `. Results come as soon as the names of
 * the tests around them are known. Lines that are not of the protocol change nothing.
 */
export function createKtapParser(options: KtapOptions = {}): KtapParser {
  const errors: KtapError[] = []
  const unique = createNameKeeper()
  const levels: Level[] = []
  let collection: string | undefined
  let lastLine = 0

  const complain = (line: number, message: string): void => {
    if (errors.length < mostErrors) errors.push({ line, message })
  }
  const finish = ({ path, result }: Held): TestResult => {
    const [first, ...others] = path
    const apart = options.suite === undefined && first !== undefined && others.length > 0
    const suite = options.suite ?? (apart ? first : 'ktap')
    const test = (apart ? others : path).join('.')
    return { suite, test: unique(`${suite}\n${test}`).slice(suite.length + 1), ...result }
  }
  /** Names a result by the levels around it, or leaves it with the innermost that has no name yet. */
  const place = (held: Held, depth: number): TestResult[] => {
    let path = held.path
    for (let at = depth; at > 0; at -= 1) {
      const level = levels[at]
      if (level === undefined) break
      if (level.name === undefined) {
        level.waiting.push({ path, result: held.result })
        return level.waiting.length < mostWaiting ? [] : release(level, at, nameOf(level))
      }
      path = [levelOf(level.name, level.seen), ...path]
    }
    return [finish({ path, result: held.result })]
  }
  /** Names a level and gives the results that waited for it. */
  const release = (level: Level, depth: number, name: string): TestResult[] => {
    const { waiting } = level
    level.name = name
    level.waiting = []
    return waiting.flatMap((held) => place(held, depth))
  }
  const open = (placed: PlacedLine, line: number, name?: string): void => {
    if (levels.length >= deepest) return complain(line, 'tests are nested too deep')
    const { indent, comments } = placed
    levels.push({ indent, comments, line, name, plan: undefined, seen: 0, failed: false, waiting: [], diagnostics: [] })
  }
  /** Ends the innermost level. Without a result line its missing subtests, or it itself, count as crashed. */
  const close = (line: number, result?: Extract<KtapLine, { type: 'result' }>): TestResult[] => {
    const depth = levels.length - 1
    const level = levels[depth]
    if (level === undefined) return []
    const out = level.name === undefined ? release(level, depth, result?.name ?? '') : []
    const missing = level.plan === undefined ? 0 : Math.max(0, level.plan - level.seen)
    if (missing > 0) complain(line, `${nameOf(level)}: ${missing} of ${level.plan} planned tests are missing`)
    for (let at = 0; at < Math.min(missing, mostMissing); at += 1) {
      const path = [`missing-${level.seen + at + 1}`]
      const reason = at === 0 && result === undefined ? 'crash' : 'missing'
      out.push(...place({ path, result: { status: 'fail', reason, line } }, depth))
      level.failed = true
    }
    if (level.plan !== undefined && level.seen > level.plan)
      complain(line, `${nameOf(level)}: ${level.seen} results for a plan of ${level.plan}`)
    const empty = level.seen === 0 && missing === 0
    levels.length = depth
    const parent = levels[depth - 1]
    if (parent === undefined) return out
    if (result === undefined) {
      complain(line, `${nameOf(level)}: its own result line is missing`)
      parent.seen += 1
      parent.failed = true
      if (empty) out.push(...place(lost(level, line), depth - 1))
      return out
    }
    const own = level.comments > parent.comments || empty || (!result.ok && !level.failed)
    return [...out, ...record(result, line, depth - 1, own, level.diagnostics)]
  }
  /** Counts a result line in the level at `depth`; `told` says whether it is a result of its own. */
  const record = (
    line: Extract<KtapLine, { type: 'result' }>,
    number: number,
    depth: number,
    told: boolean,
    before: readonly string[] = [],
  ): TestResult[] => {
    const level = levels[depth]
    if (level === undefined) return []
    level.seen += 1
    if (line.number !== undefined && line.number !== level.seen)
      complain(number, `${nameOf(level)}: expected test number ${level.seen}, found ${line.number}`)
    const outcome = outcomeOf(line)
    if (outcome.status === 'fail') level.failed = true
    const diagnostics = outcome.status === 'pass' ? [] : [...before, ...level.diagnostics]
    level.diagnostics = []
    if (!told) return []
    const result = { ...outcome, ...messageOf(line.reason, diagnostics), line: number }
    return place({ path: [levelOf(line.name, line.number ?? level.seen)], result }, depth)
  }
  const takeResult = (
    placed: PlacedLine,
    line: Extract<KtapLine, { type: 'result' }>,
    number: number,
  ): TestResult[] => {
    const out: TestResult[] = []
    while (levels.length > 1) {
      const level = levels.at(-1)
      if (level === undefined || isInside(level, placed, line)) break
      const mine = closes(levels, placed, line)
      out.push(...close(number, mine ? line : undefined))
      if (mine) return out
    }
    return [...out, ...record(line, number, levels.length - 1, true)]
  }
  const takeHeader = (placed: PlacedLine, number: number, name?: string): TestResult[] => {
    const out: TestResult[] = []
    const main = levels[0]
    if (main === undefined) {
      open({ ...placed, indent: 0, comments: 0 }, number)
      if (name !== undefined) open(placed, number, name)
      return out
    }
    while (levels.length > 1 && isShallower(placed, levels.at(-1))) out.push(...close(number))
    const isNewStream =
      name === undefined && levels.length === 1 && placed.indent <= main.indent && placed.comments === 0
    if (isNewStream && (main.plan === undefined || main.seen >= main.plan)) {
      out.push(...closeAll(number))
      open({ ...placed, indent: 0, comments: 0 }, number)
    } else open(placed, number, name ?? (placed.comments > 0 ? collection : undefined))
    return out
  }
  const closeAll = (line: number): TestResult[] => {
    let out: TestResult[] = []
    while (levels.length > 0) out = [...out, ...close(line)]
    return out
  }

  return {
    push: (text, number) => {
      lastLine = number
      const placed = readKtapLine(text, options.commentNesting ?? true)
      if (placed === undefined) return noteText(levels.at(-1), text)
      const { line } = placed
      const top = levels.at(-1)
      switch (line.type) {
        case 'version':
          return takeHeader(placed, number)
        case 'collection':
          collection = line.name
          return []
        case 'subtest':
          if (top === undefined) return []
          if (levels.length > 1 && top.name === undefined && top.seen === 0 && top.plan === undefined) {
            top.name = line.name
            return []
          }
          return takeHeader(placed, number, line.name)
        case 'plan':
          if (top === undefined) {
            if (placed.indent === 0 && placed.comments === 0) open(placed, number)
            else return []
          }
          return takePlan(levels.at(-1), line.count, number, complain)
        case 'result':
          return top === undefined ? [] : takeResult(placed, line, number)
        case 'bail':
          if (top !== undefined) complain(number, `the test bailed out: ${line.reason}`)
          return closeAll(number)
        case 'diagnostic':
          return noteText(top, line.text)
      }
    },
    end: () => closeAll(lastLine + 1),
    errors,
  }
}
