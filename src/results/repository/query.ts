import { LkftError } from '#errors/lkft-error'
import { unknownName } from '#errors/nearest-names'
import { printable } from '#log/printable'
import type { Pack } from '#results/repository/pack'
import {
  queryChanges,
  queryFailingSuites,
  queryFirstBad,
  queryFlakiest,
  queryHistory,
} from '#results/repository/query-pack'
import { readHistory, readIndex } from '#results/repository/store'

export interface QueryRequest {
  /** One of `questions`. */
  readonly question: string
  /** A pulled repository. */
  readonly directory: string
  readonly project: string
  /** How many of the newest builds count. */
  readonly builds: number
  /** `suite/test`, for `history` and `first-bad`. */
  readonly name?: string
}

/** Rows of an answer; every row has the same fields. */
export type Answer = readonly Readonly<Record<string, unknown>>[]

const questions: Readonly<Record<string, (pack: Pack, name: () => readonly [string, string]) => Answer>> = {
  changes: (pack) => rows(queryChanges(pack, pack.rows.length - 2, pack.rows.length - 1)),
  'first-bad': (pack, name) => rows(queryFirstBad(pack, ...name())),
  flakiest: (pack) => rows(queryFlakiest(pack, pack.rows.length)),
  history: (pack, name) => rows(queryHistory(pack, ...name())),
  suites: (pack) => rows(queryFailingSuites(pack, pack.rows.length)),
}

/** Questions about one test. */
const onlyOne = new Set(['first-bad', 'history'])

function rows(list: readonly object[]): Answer {
  return list.map((entry) => ({ ...entry }))
}

/**
 * Answers a question about the newest builds of a project.
 *
 * @throws LkftError UNKNOWN_NAME, BAD_ARGUMENT, BAD_DOCUMENT
 */
export async function queryResults({ question, directory, project, builds, name }: QueryRequest): Promise<Answer> {
  const ask = Object.hasOwn(questions, question) ? questions[question] : undefined
  if (ask === undefined) throw unknownName('question', question, Object.keys(questions))
  const index = await readIndex(directory, project)
  const only = onlyOne.has(question) ? splitName(question, name) : undefined
  const newest = question === 'changes' ? 2 : builds
  const pack = await readHistory(directory, index, newest, only && { suite: only[0], test: only[1] })
  return ask(pack, () => splitName(question, name))
}

function splitName(question: string, name: string | undefined): readonly [string, string] {
  const slash = name?.indexOf('/') ?? -1
  if (name === undefined || slash < 1) {
    throw new LkftError('BAD_ARGUMENT', `'${question}' needs the name of a test as suite/test`)
  }
  return [name.slice(0, slash), name.slice(slash + 1)]
}

const letters: Readonly<Record<string, string>> = {
  absent: '.',
  pass: 'P',
  fail: 'F',
  mixed: 'M',
  skip: 's',
  xfail: 'x',
}

/** An answer as lines for a terminal; histories as one letter a build, oldest first. */
export function describeAnswer(answer: Answer): string[] {
  if (answer.length === 0) return ['Nothing found']
  return answer.map((row) =>
    printable(
      Object.entries(row)
        .map(([field, value]) => `${field}=${show(value)}`)
        .join('  '),
    ),
  )
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.map((status) => letters[String(status)] ?? String(status)).join('')
  return typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(3) : String(value)
}
