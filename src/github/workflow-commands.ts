import { randomUUID } from 'node:crypto'

/** A place that the runner reads workflow commands from: the step's stdout. */
export interface CommandStream {
  /** A line of text: never taken for a command, whatever it holds. */
  text(line: string): void
  /** A workflow command, e.g. `group`, with its properties and message escaped. */
  command(name: string, message: string, properties?: Readonly<Record<string, string | number | undefined>>): void
  /** Ends the neutral stretch; nothing may be written after it. */
  close(): void
}

/**
 * Keeps the runner's command reading off (`::stop-commands::` with a random
 * token) except while a command of ours is written. A build, guest or board that
 * prints `::set-env…` or `::add-mask::` so does nothing; it cannot know the token.
 */
export function commandStream(write: (text: string) => void, newToken: () => string = randomUUID): CommandStream {
  let token: string | undefined
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
    command: (name, message, properties = {}) => {
      resume()
      write(`${formatCommand(name, message, properties)}\n`)
    },
    close: resume,
  }
}

/** One workflow command, with `%`, newlines and (in properties) `:` and `,` escaped as the runner reads them. */
export function formatCommand(
  name: string,
  message: string,
  properties: Readonly<Record<string, string | number | undefined>>,
): string {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined && value !== '')
  const list = given.map(([key, value]) => `${key}=${escapeProperty(String(value))}`).join(',')
  return `::${name}${list === '' ? '' : ` ${list}`}::${escapeData(message)}`
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
