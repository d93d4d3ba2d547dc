import { quoteWord } from '#process/command-line'
import type { Guest } from '#suites/guest'
import { isStepFormat } from '#suites/read-step'
import { shellScript, type ShellTerminal } from '#suites/shell-terminal'
import type { Suite } from '#suites/suite'
import type { Test } from '#suites/suite-state'
import type { TestList } from '#suites/test-list'

/** What the user gave that decides which tests there are. */
export interface SuiteOptions {
  /** Shell commands for the suite `commands`. */
  readonly commands: readonly string[]
  /** `KEY=value` parameters; they win over the suite's own. */
  readonly parameters: Readonly<Record<string, string>>
  /** Parameters that commands see too. */
  readonly secrets?: Readonly<Record<string, string>> | undefined
  /** Limit of each test in seconds, besides its suite's. */
  readonly testSeconds?: number | undefined
  /** Tests that are not run. */
  readonly skip?: TestList | undefined
  /** Tests of which a failure is expected. */
  readonly expected?: TestList | undefined
  /** Who sits at the console while the suite `shell` runs. */
  readonly terminal?: ShellTerminal | undefined
  /** Limits of suites in minutes, by name, in place of their own. */
  readonly suiteMinutes?: Readonly<Record<string, number>> | undefined
}

/** Seconds in which a guest script has to say its tests. */
const listSeconds = 60

/**
 * The tests of a suite. A suite with a script in the guest is asked for them:
 * `list` prints a name a line, then, after a tab, how to read that test's output.
 *
 * @throws Error with what the script said, when it cannot list
 */
export async function listTests(suite: Suite, options: SuiteOptions, guest: Guest): Promise<Test[]> {
  if (suite.kind === 'boot') return []
  if (suite.kind === 'shell') return [{ name: 'session', script: shellScript, format: 'exit' }]
  if (suite.kind === 'commands')
    return uniqueNames(options.commands.map((text) => command(text, options.secrets ?? {})))
  const call = guestScript(suite, options)
  const lines: string[] = []
  const { status } = await guest.runStep({
    script: `${call} list`,
    seconds: listSeconds,
    onLine: (line) => lines.push(line),
  })
  if (status !== 0) throw new Error(lines.at(-1) ?? `the script of suite ${suite.name} cannot list its tests`)
  return uniqueNames(lines.filter((line) => line !== '').map((line) => listed(line, call)))
}

function command(text: string, variables: Readonly<Record<string, string>>): Test {
  return { name: text.trim().slice(0, 120), script: `${exportsOf(variables)}${text}`, format: 'exit' }
}

function listed(line: string, call: string): Test {
  const [name = '', format = 'exit'] = line.split('\t')
  return {
    name,
    script: `${call} run ${shellQuote(name)}`,
    format: isStepFormat(format) ? format : 'exit',
  }
}

/** The shell words that run a suite's script with its parameters in the environment. */
function guestScript(suite: Suite, { parameters }: SuiteOptions): string {
  return `${exportsOf({ ...suite.parameters, ...parameters })}sh /lkft/suites/${suite.kind}.sh`
}

function exportsOf(variables: Readonly<Record<string, string>>): string {
  const words = Object.entries(variables).map(([key, value]) => `export ${quoteWord(key)}=${shellQuote(value)}; `)
  return words.join('')
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function uniqueNames(tests: readonly Test[]): Test[] {
  const seen = new Map<string, number>()
  return tests.map((test) => {
    const count = (seen.get(test.name) ?? 0) + 1
    seen.set(test.name, count)
    return count === 1 ? test : { ...test, name: `${test.name} (${count})` }
  })
}
