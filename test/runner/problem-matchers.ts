import { statSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import type { Annotation } from './result.ts'

const fields = ['file', 'line', 'column', 'severity', 'code', 'message', 'fromPath'] as const
type Field = (typeof fields)[number]
type Found = Partial<Record<Field, string>>

interface PatternFile extends Partial<Record<Field, number>> {
  readonly regexp?: string
  readonly loop?: boolean
}

interface MatcherFile {
  readonly owner?: string
  readonly severity?: string
  readonly pattern?: readonly PatternFile[]
}

interface Pattern extends PatternFile {
  readonly expression: RegExp
}

const levels = new Set(['error', 'warning', 'notice'])

/** One problem matcher: patterns that follow each other line by line. */
class Matcher {
  readonly owner: string
  readonly severity: string
  readonly #patterns: readonly Pattern[]
  #state: (Found | undefined)[] = []

  constructor({ owner = '', severity = '', pattern = [] }: MatcherFile) {
    this.owner = owner
    this.severity = severity
    this.#patterns = checkPatterns({ owner, severity, pattern })
  }

  /** What a line, after those before it, says; `undefined` while nothing is complete. */
  match(line: string): Found | undefined {
    const last = this.#patterns.length - 1
    for (let at = last; at >= 0; at--) {
      const running = at === 0 ? {} : this.#state[at - 1]
      const pattern = this.#patterns[at]
      if (running === undefined || pattern === undefined) continue
      const groups = pattern.expression.exec(line)
      if (groups === null) {
        this.#state[at === last ? at - 1 : at] = undefined
        continue
      }
      const found: Found = { ...read(pattern, groups), ...running }
      if (at !== last) {
        this.#state[at] = found
        continue
      }
      this.reset()
      if (pattern.loop === true) this.#state[at - 1] = running
      return found
    }
    return undefined
  }

  reset(): void {
    this.#state = []
  }
}

function read(pattern: Pattern, groups: RegExpExecArray): Found {
  const pairs = fields.flatMap((field) => {
    const group = pattern[field]
    return group === undefined ? [] : [[field, groups[group] ?? ''] as const]
  })
  return Object.fromEntries(pairs)
}

/** @throws Error that says what the matcher's file has wrong */
function checkPatterns({ owner = '', severity = '', pattern = [] }: MatcherFile): readonly Pattern[] {
  if (owner === '') throw new Error('Owner must not be empty')
  if (severity !== '' && !levels.has(severity.toLowerCase()))
    throw new Error(`Matcher '${owner}' contains unexpected default severity '${severity}'`)
  if (pattern.length === 0) throw new Error(`Matcher '${owner}' does not contain any patterns`)
  const set = new Set<Field>()
  const patterns = pattern.map((one, at) => {
    const isLast = at === pattern.length - 1
    if (one.loop === true && (at === 0 || !isLast))
      throw new Error(`Only the last pattern in a multiline matcher may set 'loop'`)
    if (one.loop === true && one.message === undefined) throw new Error(`The loop pattern must set 'message'`)
    const expression = new RegExp(one.regexp ?? '')
    const groups = (new RegExp(`${expression.source}|`).exec('') ?? []).length
    for (const field of fields) {
      const group = one[field]
      if (group === undefined) continue
      if (set.has(field)) throw new Error(`The property '${field}' is set twice`)
      if (group < 0 || group >= groups)
        throw new Error(`The property '${field}' is set to ${group} which is out of range`)
      set.add(field)
    }
    return { ...one, expression }
  })
  if (!set.has('message')) throw new Error(`At least one pattern must set 'message'`)
  return patterns
}

/** Problem matchers of one job, the newest first. */
export class ProblemMatchers {
  #matchers: Matcher[] = []
  readonly #workspace: string

  constructor(workspace: string) {
    this.#workspace = workspace
  }

  /** Takes over what an `add-matcher` file holds. @throws Error for a file that is not right */
  add(text: string): void {
    const { problemMatcher = [] } = JSON.parse(text) as { problemMatcher?: readonly MatcherFile[] }
    const added = problemMatcher.map((one) => new Matcher(one))
    const owners = added.map(({ owner }) => owner.toLowerCase())
    const twice = owners.find((owner, at) => owners.indexOf(owner) !== at)
    if (twice !== undefined) throw new Error(`Duplicate owner name '${twice}'`)
    this.#matchers = [...added, ...this.#matchers.filter(({ owner }) => !owners.includes(owner.toLowerCase()))]
  }

  remove(owner: string): void {
    this.#matchers = this.#matchers.filter((one) => one.owner.toLowerCase() !== owner.toLowerCase())
  }

  /** The annotation that a line of output makes, if one. */
  match(line: string): Annotation | undefined {
    const plain = line.replaceAll(/\u001B\[[0-9;]*m?/g, '')
    for (const matcher of this.#matchers) {
      const found = matcher.match(plain)
      if (found === undefined) continue
      for (const other of this.#matchers) if (other !== matcher) other.reset()
      return this.#toAnnotation(found, matcher.severity)
    }
    return undefined
  }

  #toAnnotation(found: Found, fallback: string): Annotation | undefined {
    if (found.message === undefined || found.message === '') return undefined
    const level = (found.severity || fallback || 'error').toLowerCase()
    if (!levels.has(level)) return undefined
    const line = toNumber(found.line)
    const column = toNumber(found.column)
    const file = this.#file(found)
    return {
      level: level as Annotation['level'],
      message: found.message,
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
    }
  }

  /** Path in the workspace; none for a file that is not there. */
  #file({ file, fromPath }: Found): string | undefined {
    if (file === undefined || file === '') return undefined
    const from =
      fromPath === undefined || fromPath === '' ? this.#workspace : resolve(this.#workspace, dirname(fromPath))
    const path = isAbsolute(file) ? file : resolve(from, file)
    const inside = relative(this.#workspace, path)
    return inside.startsWith('..') || !statSync(path, { throwIfNoEntry: false })?.isFile() ? undefined : inside
  }
}

function toNumber(text: string | undefined): number | undefined {
  const value = Number(text)
  return text === undefined || text === '' || !Number.isInteger(value) ? undefined : value
}
