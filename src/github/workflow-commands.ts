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

/** What turns the runner's command reading on again, of the streams that have it off. */
const neutral = new Set<() => void>()

let clients = 0

/**
 * Runs one of GitHub's own clients, which write `::add-mask::` with the signatures of
 * the URLs that they are given: while the runner reads no commands those would stand
 * in the log for everybody. Until `work` ends each line of text is neutral by itself.
 */
export async function obeyClient<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const resume of neutral) resume()
  clients += 1
  try {
    return await work()
  } finally {
    clients -= 1
  }
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
    neutral.delete(resume)
  }
  const text = (line: string): void => {
    if (token === undefined) {
      token = newToken()
      write(`::stop-commands::${token}\n`)
      neutral.add(resume)
    }
    write(`${line}\n`)
    if (clients > 0) resume()
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
