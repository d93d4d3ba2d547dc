import { randomUUID } from 'node:crypto'

/** A place that the runner reads workflow commands from: the step's stdout. */
export interface CommandStream {
  /** A line of text: never taken for a command, whatever it holds. */
  text(line: string): void
  /** Runs what writes workflow commands, e.g. `startGroup` of @actions/core, where the runner obeys them. */
  obeyed(issue: () => void): void
  /** Ends the neutral stretch; nothing may be written after it. */
  close(): void
}

/**
 * Keeps the runner's command reading off (`::stop-commands::` with a random
 * token) except while a command of ours is written. A build, guest or board that
 * prints `::set-env…` or `::add-mask::` so does nothing; it cannot know the token.
 */
export function commandStream(newToken: () => string = randomUUID): CommandStream {
  let token: string | undefined
  // The same stream that @actions/core writes to, so that the order holds.
  const write = (text: string): void => void process.stdout.write(text)
  const resume = (): void => {
    if (token !== undefined) write(`::${token}::\n`)
    token = undefined
  }
  const text = (line: string): void => {
    if (token === undefined) {
      token = newToken()
      write(`::stop-commands::${token}\n`)
    }
    write(`${line}\n`)
  }
  return {
    text,
    obeyed: (issue) => {
      resume()
      issue()
    },
    close: resume,
  }
}
