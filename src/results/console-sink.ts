/** Where what one machine's console says is kept. */
export interface ConsoleSink {
  /** Raw bytes of the console, to console.log at once. */
  writeConsole(chunk: Uint8Array): void
  /** A console line, to console.ndjson: its 1-based number in console.log, and seconds since the machine's start. */
  writeLine(line: number, text: string, seconds: number): void
  /** Lines in console.log so far; an unfinished one is ended, so that the next machine's begin anew. */
  endConsole(): number
}
