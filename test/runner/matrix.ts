import { isDeepStrictEqual } from 'node:util'
import { evaluate, ExpressionFailure, isTruthy } from './expressions.ts'
import { scalarText } from './templates.ts'

export type Cell = Readonly<Record<string, unknown>>

/** Cells that one matrix may have. Source: GitHub's limits. */
const largest = 256

/**
 * The cells of an evaluated `strategy.matrix`: the product of its lists, less
 * `exclude`, then `include`, which extends cells it does not contradict and adds
 * a cell otherwise.
 *
 * @throws ExpressionFailure for an empty list, something that is no list, and over 256 cells
 */
export function expandMatrix(matrix: unknown): readonly Cell[] {
  if (matrix === undefined || matrix === null) return [{}]
  if (typeof matrix !== 'object' || Array.isArray(matrix))
    throw new ExpressionFailure('A mapping was expected for the matrix')
  const { include, exclude, ...axes } = matrix as Record<string, unknown>
  const product = crossProduct(axes)
  const excluded = mappings(exclude, 'exclude')
  const kept = product.filter((cell) => !excluded.some((rule) => covers(rule, cell)))
  const includes = mappings(include, 'include')
  if (Object.keys(axes).length === 0 && includes.length === 0)
    throw new ExpressionFailure('Matrix must define at least one vector')
  const cells = includeAll(kept, Object.keys(axes), includes)
  if (cells.length > largest) {
    throw new ExpressionFailure(`The matrix has ${cells.length} cells, at most ${largest} are allowed`)
  }
  return cells
}

function crossProduct(axes: Readonly<Record<string, unknown>>): Cell[] {
  const names = Object.entries(axes)
  if (names.length === 0) return []
  let cells: Cell[] = [{}]
  for (const [name, values] of names) {
    if (!Array.isArray(values)) throw new ExpressionFailure(`A sequence was expected for the matrix vector '${name}'`)
    if (values.length === 0) throw new ExpressionFailure(`Matrix vector '${name}' does not contain any values`)
    cells = cells.flatMap((cell) => values.map((value: unknown) => ({ ...cell, [name]: value })))
  }
  return cells
}

function mappings(value: unknown, name: string): readonly Cell[] {
  if (value === undefined || value === null || value === '') return []
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null)
  if (!isList) throw new ExpressionFailure(`A sequence of mappings was expected for the matrix's ${name}`)
  return value as readonly Cell[]
}

/** A rule excludes the cells that hold all of its values; a rule with an unknown key excludes none. */
function covers(rule: Cell, cell: Cell): boolean {
  const entries = Object.entries(rule)
  return entries.length > 0 && entries.every(([name, value]) => name in cell && holdsValue(cell[name], value))
}

/** Mappings are matched in part; scalars as `==` has it, so `1` is `'1'` and case does not matter. */
function holdsValue(actual: unknown, wanted: unknown): boolean {
  if (isMapping(actual) && isMapping(wanted)) {
    return Object.entries(wanted).every(([name, value]) => name in actual && holdsValue(actual[name], value))
  }
  if (isScalar(actual) && isScalar(wanted)) return isTruthy(evaluate('a == b', { contexts: { a: actual, b: wanted } }))
  return isDeepStrictEqual(actual, wanted)
}

function sameValue(actual: unknown, wanted: unknown): boolean {
  return isScalar(actual) && isScalar(wanted) ? holdsValue(actual, wanted) : isDeepStrictEqual(actual, wanted)
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function includeAll(kept: readonly Cell[], axes: readonly string[], includes: readonly Cell[]): readonly Cell[] {
  const originals = kept.map((cell): Record<string, unknown> => ({ ...cell }))
  const added: Cell[] = []
  for (const include of includes) {
    const own = Object.entries(include).filter(([name]) => axes.includes(name))
    const fitting = originals.filter((_, at) => own.every(([name, value]) => sameValue(kept[at]?.[name], value)))
    if (fitting.length === 0) added.push({ ...include })
    for (const cell of fitting) Object.assign(cell, include)
  }
  return [...originals, ...added]
}

const longestName = 100

/** Name of a job's cell: its scalars, those in mappings and lists too, cut as GitHub cuts it. */
export function cellName(id: string, cell: Cell): string {
  const values = scalarsOf(cell).filter((value) => value !== '')
  const name = values.length === 0 ? id : `${id} (${values.join(', ')})`
  return name.length > longestName ? `${name.slice(0, longestName - 3)}...` : name
}

function scalarsOf(value: unknown): readonly string[] {
  return isScalar(value) ? [scalarText(value)] : Object.values(value as object).flatMap(scalarsOf)
}
