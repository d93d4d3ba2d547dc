/**
 * Where a stage says what it does. Three ways to show it: a live region on a
 * terminal, plain lines, and groups in a GitHub Actions log. Text given here may
 * hold bytes from a build, a guest or a board: each implementation neutralises
 * control sequences and workflow commands before it shows them.
 */
export interface Reporter {
  /** Opens a named section; everything until the next `section` belongs to it. */
  section(title: string): void
  /** The exact command about to run, shell-quoted. */
  command(line: string): void
  /** One line of output of a child, a guest or a board; may be shown only in full logs. */
  output(line: string): void
  /** Where things stand now, e.g. `CC kernel/fork.o (812 objects)`; replaces the last status. */
  status(text: string): void
  /** A line worth keeping on screen. */
  info(text: string): void
  warn(text: string): void
  error(text: string): void
  /** Ends the live region and open groups. */
  close(): void
}

/** What every stage function gets beside its request. */
export interface StageContext {
  readonly reporter: Reporter
  readonly signal: AbortSignal
}

/** Says nothing; for tests and `--json`. */
export const silentReporter: Reporter = {
  section: () => {},
  command: () => {},
  output: () => {},
  status: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  close: () => {},
}
