import type { Reporter } from '#log/reporter'
import type { RunDirectory } from '#results/run-directory'

/** What stands for a secret in all that is written. */
const mask = '***'

/** A stream of bytes in which secrets are masked, also one that comes in pieces. */
export interface SecretFilter {
  /** Gives what can be shown so far: all but an end that may be the beginning of a secret. */
  push(chunk: Uint8Array): Uint8Array
  /** Gives what was held back. */
  end(): Uint8Array
}

/** Masks every secret in a text. */
export function maskText(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, mask), text)
}

/** A filter for raw bytes, as a console's are. */
export function filterSecrets(secrets: readonly string[]): SecretFilter {
  const needles = secrets.map((secret) => Buffer.from(secret).toString('latin1'))
  let held = ''
  return {
    push: (chunk) => {
      const text = maskText(held + Buffer.from(chunk).toString('latin1'), needles)
      const keep = Math.max(0, ...needles.map((needle) => overlap(text, needle)))
      held = text.slice(text.length - keep)
      return Buffer.from(text.slice(0, text.length - keep), 'latin1')
    },
    end: () => {
      const rest = Buffer.from(held, 'latin1')
      held = ''
      return rest
    },
  }
}

/** The run directory with secrets masked in everything that is written to it. */
export function maskSecrets(directory: RunDirectory, secrets: readonly string[]): RunDirectory {
  if (secrets.length === 0) return directory
  const bytes = filterSecrets(secrets)
  const masked = (text: string): string => maskText(text, secrets)
  return {
    ...directory,
    writeConsole: (chunk) => directory.writeConsole(bytes.push(chunk)),
    writeLine: (line, text, seconds) => directory.writeLine(line, masked(text), seconds),
    endConsole: () => {
      directory.writeConsole(bytes.end())
      return directory.endConsole()
    },
    writeOutput: (text) => directory.writeOutput(masked(text)),
    addResult: (result) => directory.addResult(maskValue(result, masked)),
    spoolConsole: () => {
      const spool = directory.spoolConsole()
      const own = filterSecrets(secrets)
      return {
        ...spool,
        writeConsole: (chunk) => spool.writeConsole(own.push(chunk)),
        writeLine: (line, text, seconds) => spool.writeLine(line, masked(text), seconds),
        endConsole: () => {
          spool.writeConsole(own.end())
          return spool.endConsole()
        },
      }
    },
    update: async (change) => directory.update(maskValue(change, masked)),
    finish: async (change) => directory.finish(maskValue(change, masked)),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  }
}

/** A reporter that shows no secret. */
export function maskReporter(reporter: Reporter, secrets: readonly string[]): Reporter {
  if (secrets.length === 0) return reporter
  const masked =
    (tell: (text: string) => void) =>
    (text: string): void =>
      tell(maskText(text, secrets))
  return {
    section: masked((text) => reporter.section(text)),
    command: masked((text) => reporter.command(text)),
    output: masked((text) => reporter.output(text)),
    status: masked((text) => reporter.status(text)),
    info: masked((text) => reporter.info(text)),
    warn: masked((text) => reporter.warn(text)),
    error: masked((text) => reporter.error(text)),
    close: () => reporter.close(),
  }
}

function maskValue<T>(value: T, masked: (text: string) => string): T {
  if (typeof value === 'string') return masked(value) as T
  if (Array.isArray(value)) return value.map((each: unknown) => maskValue(each, masked)) as T
  if (typeof value !== 'object' || value === null) return value
  const rows = Object.entries(value).map(([key, each]) => [key, maskValue(each as unknown, masked)])
  return Object.fromEntries(rows) as T
}

/** Length of the longest end of a text that begins a needle. */
function overlap(text: string, needle: string): number {
  for (let length = Math.min(needle.length - 1, text.length); length > 0; length--) {
    if (needle.startsWith(text.slice(text.length - length))) return length
  }
  return 0
}
