import { StringDecoder } from 'node:string_decoder'

/** A line longer than this is handed on in pieces, so memory stays bounded. */
const longestLine = 64 * 1024

export interface LineSplitter {
  push(chunk: Uint8Array): void
  /** Hands on what stands after the last newline. */
  end(): void
}

/** Splits UTF-8 bytes into lines without `\n` or `\r\n`; invalid bytes become U+FFFD. */
export function splitLines(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const take = (text: string): void => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
    while (rest.length > longestLine) {
      onLine(rest.slice(0, longestLine))
      rest = rest.slice(longestLine)
    }
  }
  return {
    push: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end())
      if (rest !== '') onLine(rest)
      rest = ''
    },
  }
}
