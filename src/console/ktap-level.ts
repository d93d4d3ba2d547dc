import type { KtapLine, PlacedLine } from '#console/ktap-line'
import { levelOf } from '#console/ktap-result'
import type { TestResult } from '#schema/documents'

const mostDiagnostics = 60

/** A test that has subtests, from its header to its own result line. */
export interface Level {
  readonly indent: number
  readonly comments: number
  readonly line: number
  name: string | undefined
  plan: number | undefined
  seen: number
  failed: boolean
  /** Results of subtests that wait for this level's name. */
  waiting: Held[]
  diagnostics: string[]
}

/** A result without the names of the levels around it. */
export interface Held {
  readonly path: readonly string[]
  readonly result: Omit<TestResult, 'suite' | 'test'>
}

/** Notes how many subtests a level announces. */
export function takePlan(
  level: Level | undefined,
  count: number,
  line: number,
  complain: (line: number, message: string) => void,
): readonly TestResult[] {
  if (level === undefined) return []
  if (level.plan === undefined) level.plan = count
  else complain(line, `${nameOf(level)}: a second plan`)
  return []
}

/** A result line is a subtest's of this level: it stands as deep, and the level is neither full nor named so. */
export function isInside(level: Level, placed: PlacedLine, line: Extract<KtapLine, { type: 'result' }>): boolean {
  if (placed.comments !== level.comments) return placed.comments > level.comments
  if (level.name !== undefined && line.name === level.name && placed.indent <= level.indent) return false
  if (placed.indent < level.indent) return false
  return level.plan === undefined || level.seen < level.plan || placed.indent > level.indent
}

/** Whether the line is the innermost level's own result. */
export function closes(
  levels: readonly Level[],
  placed: PlacedLine,
  line: Extract<KtapLine, { type: 'result' }>,
): boolean {
  const level = levels.at(-1)
  const parent = levels.at(-2)
  if (level === undefined || parent === undefined) return false
  if (level.name !== undefined && level.comments === placed.comments) return level.name === line.name
  return placed.comments <= parent.comments && (placed.indent <= parent.indent || placed.indent < level.indent)
}

/** Whether a header stands outside a level. */
export function isShallower(placed: PlacedLine, level: Level | undefined): boolean {
  if (level === undefined) return false
  if (placed.comments !== level.comments) return placed.comments < level.comments
  return placed.indent < level.indent
}

/** The result of a test that never printed its own. */
export function lost(level: Level, line: number): Held {
  return { path: [levelOf(level.name ?? '', level.seen)], result: { status: 'fail', reason: 'crash', line } }
}

/** Keeps what a test said, for the message of its result. */
export function noteText(level: Level | undefined, text: string): readonly TestResult[] {
  if (level === undefined) return []
  const tidy = text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '').slice(0, 300)
  if (tidy.trim() !== '') level.diagnostics.push(tidy)
  if (level.diagnostics.length > mostDiagnostics) level.diagnostics.shift()
  return []
}

/** A level's name for people. */
export function nameOf(level: Level): string {
  return level.name === undefined || level.name === '' ? `tests from line ${level.line}` : level.name
}
