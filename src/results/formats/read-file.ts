import { createReadStream } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { LineCounter, parseDocument } from 'yaml'
import { readKtap } from '#console/read-ktap'
import { LkftError } from '#errors/lkft-error'
import { documentFormats } from '#results/formats/json-formats'
import type { Imported } from '#results/formats/imported'
import { readJunit } from '#results/formats/read-junit'
import { readTradefed } from '#results/formats/read-tradefed'

/** A larger JSON or YAML document is refused before it is parsed. */
const largestDocument = 256 * 1024 * 1024

/**
 * The results of a file of another tool, told by its content: JUnit XML, KTAP, TAP
 * and kselftest logs, TuxRun's results.json, TuxMake's metadata.json, LAVA's results
 * YAML, SQUAD's tests.json, metrics.json and metadata.json, Tradefed's XML, CTRF, KCIDB.
 *
 * @throws LkftError BAD_DOCUMENT naming file and place
 */
export async function* readResultFile(file: string): AsyncGenerator<Imported, void, void> {
  const start = await readStart(file)
  if (/^\s*</.test(start)) yield* /<Result[\s>]/.test(start) ? readTradefed(file) : readJunit(file)
  else if (/^\s*[[{]/.test(start) || /^(?:---\s*\n)?\s*- /.test(start)) yield* readDocument(file)
  else yield* readLog(file)
}

async function readStart(file: string): Promise<string> {
  try {
    await using handle = await open(file)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0)
    return buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '')
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${file}: cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

async function* readDocument(file: string): AsyncGenerator<Imported, void, void> {
  const { size } = await stat(file)
  if (size > largestDocument) throw new LkftError('BAD_DOCUMENT', `${file}: larger than ${largestDocument} bytes`)
  const value = parse(await readFile(file, 'utf8'), file)
  const format = documentFormats.find(({ fits }) => fits(value))
  if (format === undefined) {
    throw new LkftError('BAD_DOCUMENT', `${file}: results in a form that is not known`, {
      hint: `Known: ${documentFormats.map(({ name }) => name).join(', ')}, junit, tradefed, ktap, ndjson.`,
    })
  }
  yield* format.read({ value, place: `${file}: ` })
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const counter = new LineCounter()
    const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, logLevel: 'silent' })
    const [broken] = document.errors
    if (broken === undefined) return toValue(document, file)
    const { line } = counter.linePos(broken.pos[0])
    const message = `${file}:${line}: neither JSON nor YAML: ${broken.message.split('\n', 1)[0] ?? ''}`
    throw new LkftError('BAD_DOCUMENT', message, { cause: error })
  }
}

/** A document whose aliases would unfold to far more than it holds is refused. */
function toValue(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${file}: not usable as YAML: ${(error as Error).message}`, { cause: error })
  }
}

async function* readLog(file: string): AsyncGenerator<Imported, void, void> {
  const seen = { kselftest: false }
  const { tests } = await readKtap(watch(createReadStream(file), seen), {})
  if (tests.length === 0) throw new LkftError('BAD_DOCUMENT', `${file}: no result in it, neither KTAP nor TAP`)
  for (const { suite, test, status, message } of tests) {
    const dot = test.indexOf('.')
    const isCollection = seen.kselftest && suite === 'ktap' && dot > 0
    const name = isCollection
      ? { suite: `kselftest-${test.slice(0, dot)}`, test: test.slice(dot + 1) }
      : { suite, test }
    yield { environment: undefined, ...name, status, message }
  }
}

/** Notes whether kselftest's runner wrote a log: it names each test `selftests: collection: program`. */
async function* watch(
  chunks: AsyncIterable<Uint8Array>,
  seen: { kselftest: boolean },
): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks) {
    seen.kselftest ||= Buffer.from(chunk).includes('selftests: ')
    yield chunk
  }
}
