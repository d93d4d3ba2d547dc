import { LkftError } from '#errors/lkft-error'
import { type Imported, splitFullName } from '#results/formats/imported'
import { isSquadMetadata, isSquadMetrics, readSquadMetadata, readSquadMetrics } from '#results/formats/squad-files'
import { entriesOf, field, itemsOf, type Placed, requiredField, textField, textOf } from '#results/formats/json-value'
import { statusOf } from '#results/status-words'
import type { TestResult } from '#schema/documents'

/** A format that is one JSON or YAML document. */
export interface DocumentFormat {
  readonly name: string
  /** Whether a document looks like this format. */
  readonly fits: (value: unknown) => boolean
  readonly read: (document: Placed) => Iterable<Imported>
}

/** Formats of whole documents; the first that fits is taken. */
export const documentFormats: readonly DocumentFormat[] = [
  { name: 'ctrf', fits: (value) => has(value, 'results', 'tests'), read: readCtrf },
  { name: 'kcidb', fits: (value) => has(value, 'version', 'major'), read: readKcidb },
  { name: 'tuxmake', fits: (value) => has(value, 'results', 'status'), read: readTuxmake },
  { name: 'lava', fits: Array.isArray, read: readLava },
  { name: 'tuxrun', fits: isTuxrun, read: readTuxrun },
  { name: 'squad-metrics', fits: isSquadMetrics, read: readSquadMetrics },
  { name: 'squad-metadata', fits: isSquadMetadata, read: readSquadMetadata },
  { name: 'squad', fits: isSquad, read: readSquad },
]

function has(value: unknown, name: string, child: string): boolean {
  if (!isObject(value)) return false
  const inner = value[name]
  return isObject(inner) && child in inner
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** TuxRun: `{suite: {test: {result}}}`. */
function isTuxrun(value: unknown): boolean {
  if (!isObject(value)) return false
  const [suite] = Object.values(value)
  if (!isObject(suite)) return false
  const [test] = Object.values(suite)
  return isObject(test) && 'result' in test
}

function* readTuxrun(document: Placed): Generator<Imported, void, void> {
  for (const { key: suite, at: tests } of entriesOf(document)) {
    for (const { key: test, at } of entriesOf(tests)) {
      const status = knownStatus(requiredField(at, 'result'))
      const measured = measurementOf(field(at, 'measurement'), field(at, 'units'))
      yield { environment: undefined, suite, test, status, message: textField(at, 'error_msg'), ...measured }
    }
  }
}

/** SQUAD's tests.json: `{name: "pass"}` or `{name: {result, log}}`; every other word is a skip. */
function isSquad(value: unknown): boolean {
  if (!isObject(value)) return false
  return Object.values(value).every(
    (entry) => typeof entry === 'string' || entry === null || has({ entry }, 'entry', 'result'),
  )
}

function* readSquad(document: Placed): Generator<Imported, void, void> {
  for (const { key, at } of entriesOf(document)) {
    const result = isObject(at.value) ? textField(at, 'result') : at.value
    const word = typeof result === 'string' ? result.toLowerCase() : ''
    const status = word === 'pass' || word === 'fail' ? word : 'skip'
    const message = isObject(at.value) ? textField(at, 'log') : undefined
    yield { environment: undefined, ...splitFullName(key), status, message }
  }
}

/** LAVA's results YAML: a list of `{suite, name, result}`; the numbers before suites are its own. */
function* readLava(document: Placed): Generator<Imported, void, void> {
  for (const item of itemsOf(document)) {
    const suite = (textField(item, 'suite') ?? '/').replace(/^\d+_/, '')
    const test = textOf(requiredField(item, 'name'))
    const status = knownStatus(requiredField(item, 'result'))
    const measured = measurementOf(field(item, 'measurement'), field(item, 'unit'))
    yield { environment: undefined, suite, test, status, message: undefined, ...measured }
  }
}

/** TuxMake's metadata.json: each target of one build. */
function* readTuxmake(document: Placed): Generator<Imported, void, void> {
  const build = field(document, 'build')
  const words = ['target_arch', 'toolchain', 'kconfig'].map((name) => describe(build && field(build, name)))
  const environment = words.filter((word) => word !== '').join('-')
  const results = requiredField(document, 'results')
  const targets = field(results, 'targets')
  for (const { key: test, at } of targets === undefined ? [] : entriesOf(targets)) {
    const word = textOf(isObject(at.value) ? requiredField(at, 'status') : at).toLowerCase()
    const status = word === 'pass' || word === 'warning' ? 'pass' : word === 'skip' ? 'skip' : 'fail'
    yield {
      environment: environment === '' ? undefined : environment,
      suite: 'build',
      test,
      status,
      message: undefined,
    }
  }
}

function describe(at: Placed | undefined): string {
  if (at === undefined) return ''
  return Array.isArray(at.value) ? itemsOf(at).map(textOf).join('+') : textOf(at)
}

/** CTRF: `{results: {tests: [{name, status, suite?, message?}]}}`. */
function* readCtrf(document: Placed): Generator<Imported, void, void> {
  const results = requiredField(document, 'results')
  const environment = field(results, 'environment')
  const place = environment === undefined ? undefined : textField(environment, 'testEnvironment')
  for (const item of itemsOf(requiredField(results, 'tests'))) {
    const suite = field(item, 'suite')
    const name =
      suite === undefined ? '/' : Array.isArray(suite.value) ? itemsOf(suite).map(textOf).join('/') : textOf(suite)
    const word = textOf(requiredField(item, 'status'))
    const status = ({ pending: 'skip', other: 'skip' } as const)[word] ?? knownStatus(requiredField(item, 'status'))
    const test = textOf(requiredField(item, 'name'))
    yield { environment: place, suite: name, test, status, message: textField(item, 'message') }
  }
}

const kcidbStatus: Readonly<Record<string, TestResult['status']>> = {
  DONE: 'pass', ERROR: 'fail', FAIL: 'fail', MISS: 'skip', PASS: 'pass', SKIP: 'skip',
} // prettier-ignore

/** KCIDB 4 and 5: tests with a dotted path, the first part being the suite. */
function* readKcidb(document: Placed): Generator<Imported, void, void> {
  const tests = field(document, 'tests')
  for (const item of tests === undefined ? [] : itemsOf(tests)) {
    const [suite = '/', ...rest] = (textField(item, 'path') ?? textOf(requiredField(item, 'id'))).split('.')
    const word = textField(item, 'status')
    const status = word === undefined ? 'skip' : Object.hasOwn(kcidbStatus, word) ? kcidbStatus[word] : undefined
    if (status === undefined) throw unknown({ value: word, place: `${item.place}/status` })
    const environment = field(item, 'environment')
    const named = environment === undefined ? undefined : textField(environment, 'comment')
    const test = rest.length === 0 ? suite : rest.join('.')
    yield {
      environment: named,
      suite: rest.length === 0 ? '/' : suite,
      test,
      status,
      message: textField(item, 'log_excerpt'),
    }
  }
}

/** A number, or a text of one, as TuxRun and LAVA write measurements. */
function measurementOf(at: Placed | undefined, unit: Placed | undefined): Pick<Imported, 'measurement' | 'unit'> {
  const value = typeof at?.value === 'number' || typeof at?.value === 'string' ? Number(at.value) : NaN
  if (!Number.isFinite(value) || at?.value === '') return {}
  return { measurement: value, unit: typeof unit?.value === 'string' ? unit.value : undefined }
}

function knownStatus(at: Placed): TestResult['status'] {
  const status = statusOf(textOf(at))
  if (status === undefined) throw unknown(at)
  return status
}

function unknown({ value, place }: Placed): LkftError {
  return new LkftError('BAD_DOCUMENT', `${place}: ${JSON.stringify(value)} is no status`)
}
