import { SaxesParser } from 'saxes'
import { LkftError } from '#errors/lkft-error'
import { readLineBatches } from '#results/read-lines'

/** What a reader of one XML format does with what comes; lines count from 1. */
export interface XmlListener<Item> {
  readonly open: (name: string, attributes: Readonly<Record<string, string>>, line: number) => void
  readonly text: (piece: string) => void
  readonly close: (name: string) => void
  /** What came since it was last asked. */
  readonly take: () => readonly Item[]
}

/**
 * Reads an XML file piece by piece. Entities of a document type are not expanded, so
 * that a small file cannot become a large one.
 *
 * @throws LkftError BAD_DOCUMENT naming file, line and column
 */
export async function* streamXml<Item>(file: string, listener: XmlListener<Item>): AsyncGenerator<Item, void, void> {
  const parser = new SaxesParser<{ xmlns: false }>({ xmlns: false })
  parser.on('error', (error) => {
    throw new LkftError('BAD_DOCUMENT', `${file}:${error.message}`)
  })
  parser.on('opentag', ({ name, attributes }) => listener.open(name, attributes, parser.line))
  parser.on('text', (piece) => listener.text(piece))
  parser.on('cdata', (piece) => listener.text(piece))
  parser.on('closetag', ({ name }) => listener.close(name))
  for await (const { lines } of readLineBatches(file)) {
    parser.write(`${lines.join('\n')}\n`)
    yield* listener.take()
  }
  parser.close()
  yield* listener.take()
}
