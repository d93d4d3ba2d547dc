import { readFile } from 'node:fs/promises'
import { LineCounter, parseDocument, type Document } from 'yaml'
import { LkftError } from '#errors/lkft-error'
import type { DocumentName, Documents } from '#schema/documents'
import { findProblems } from '#schema/validate'

/** Larger files are refused before they are parsed. */
const largest = 64 * 1024 * 1024

/**
 * Reads a YAML or JSON file that a person wrote and checks it.
 *
 * @throws LkftError BAD_DOCUMENT with file:line, field, value and what is allowed
 */
export async function loadDocument<Name extends DocumentName>(name: Name, file: string): Promise<Documents[Name]> {
  return (await loadPlacedDocument(name, file)).value
}

/** A checked document, and where in its file each JSON pointer is written, as `file:line`. */
export interface PlacedDocument<Value> {
  readonly value: Value
  readonly place: (pointer: string) => string
}

/** `loadDocument` for those who check more than the schema does and want to name the line. */
export async function loadPlacedDocument<Name extends DocumentName>(
  name: Name,
  file: string,
): Promise<PlacedDocument<Documents[Name]>> {
  const text = await readText(file)
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, maxAliasCount: 100 } as never)
  const [broken] = document.errors
  if (broken !== undefined) {
    throw new LkftError(
      'BAD_DOCUMENT',
      `${file}:${counter.linePos(broken.pos[0]).line}: ${broken.message.split('\n', 1)[0]}`,
    )
  }
  const value = toValue(document, file)
  const problems = await findProblems(name, value)
  if (problems.length === 0) {
    const place = (pointer: string): string => `${file}:${lineOf(document, counter, pointer)}`
    return { value: value as Documents[Name], place }
  }
  const placed = problems.map((problem) => ({ ...problem, line: lineOf(document, counter, problem.pointer) }))
  const lines = placed
    .sort((a, b) => a.line - b.line)
    .map(({ line, pointer, message }) => `${file}:${line}: ${pointer || '/'}: ${message}`)
  throw new LkftError('BAD_DOCUMENT', lines.join('\n'))
}

function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${file}: ${(error as Error).message}`, { cause: error })
  }
}

async function readText(file: string): Promise<string> {
  try {
    const bytes = await readFile(file)
    if (bytes.length > largest) throw new LkftError('BAD_DOCUMENT', `${file}: larger than ${largest} bytes`)
    return bytes.toString('utf8')
  } catch (error) {
    if (error instanceof LkftError) throw error
    throw new LkftError('BAD_DOCUMENT', `${file}: cannot be read: ${(error as Error).message}`, { cause: error })
  }
}

function lineOf(document: Document, counter: LineCounter, pointer: string): number {
  const path = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  while (path.length > 0) {
    const node = document.getIn(
      path.map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
      true,
    )
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      return counter.linePos(node.range[0]).line
    }
    path.pop()
  }
  return 1
}
