import { LkftError } from '#errors/lkft-error'
import { readLineBatches } from '#results/read-lines'
import { parseLine } from '#results/read-tests'

/** One plain result: a line of NDJSON that says where, what and how it ended. */
export interface ResultRow {
  readonly environment: string
  /** `/` for a test without a suite. */
  readonly suite: string
  readonly test: string
  /** The word as it stands; undefined when there is none. */
  readonly status: string | undefined
  /** The kernel or build it is of; rows of one file that name several make a history. */
  readonly kernel: string | undefined
  readonly message: string | undefined
  /** What it measured, when it did. */
  readonly measurement?: number | undefined
  readonly unit?: string | undefined
}

/** Names that a field may have, the first being ours. */
const fieldNames = {
  environment: ['env', 'environment'],
  suite: ['suite'],
  test: ['test', 'name'],
  status: ['status', 'result'],
  kernel: ['kernel', 'build'],
  message: ['message'],
  measurement: ['measurement', 'value'],
  unit: ['unit', 'units'],
} as const

/**
 * Plain results of an NDJSON file, streamed: `{env, suite, test, status, …}` on
 * each line; `environment`, `name` and `result` are read as well, other fields are
 * left alone. As many rows come together as one read of the file gave, since a
 * promise for each of 170,000 costs more than reading it.
 *
 * @throws LkftError BAD_DOCUMENT naming file, line and field
 */
export async function* readRows(file: string): AsyncGenerator<readonly ResultRow[], void, void> {
  for await (const { lines, first } of readLineBatches(file)) {
    const rows: ResultRow[] = []
    for (const [index, line] of lines.entries()) {
      if (line.trim() === '') continue
      const place = (): string => `${file}:${first + index}`
      const value = parseLine(line, place)
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new LkftError('BAD_DOCUMENT', `${place()}: a line must be one object {env, suite, test, status}`)
      }
      rows.push(toRow(value as Record<string, unknown>, place))
    }
    yield rows
  }
}

function toRow(value: Readonly<Record<string, unknown>>, place: () => string): ResultRow {
  const suite = optionalText(value, 'suite', place)
  const measurement = find(value, 'measurement')
  return {
    ...(typeof measurement === 'number' ? { measurement, unit: looseText(find(value, 'unit')) } : {}),
    environment: requiredText(value, 'environment', place),
    suite: suite === undefined || suite === '' ? '/' : suite,
    test: requiredText(value, 'test', place),
    status: statusWord(find(value, 'status')),
    kernel: looseText(find(value, 'kernel')),
    message: looseText(find(value, 'message')),
  }
}

function find(value: Readonly<Record<string, unknown>>, field: keyof typeof fieldNames): unknown {
  for (const name of fieldNames[field]) if (value[name] !== undefined) return value[name]
  return undefined
}

function requiredText(
  value: Readonly<Record<string, unknown>>,
  field: 'environment' | 'test',
  place: () => string,
): string {
  const text = optionalText(value, field, place)
  if (text !== undefined && text !== '') return text
  throw new LkftError('BAD_DOCUMENT', `${place()}: the field '${fieldNames[field][0]}' is missing or empty`)
}

function optionalText(
  value: Readonly<Record<string, unknown>>,
  field: keyof typeof fieldNames,
  place: () => string,
): string | undefined {
  const found = find(value, field)
  if (found === undefined || found === null) return undefined
  if (typeof found === 'string') return found
  throw new LkftError('BAD_DOCUMENT', `${place()}: the field '${fieldNames[field][0]}' must be a text`)
}

/** What only explains a result may have any form: a build's number is its text, an object is left out. */
function looseText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined
}

/** A status that is no word at all (null, a number) is none. */
function statusWord(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
