import type { Annotation } from './result.ts'
import { issueLimits, type StepSink } from './step-sink.ts'

export interface WorkflowCommand {
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly data: string
}

const known = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'internal-set-repo-path',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
])

/**
 * Parses `::name key=value::data` at the start of a line, or `##[name key=value;]data` anywhere in it.
 *
 * @param isCommand whether something of that name is one; what is none in the first form may be one in the second
 */
export function parseCommand(
  line: string,
  isCommand: (name: string) => boolean = () => true,
): WorkflowCommand | undefined {
  const colons = parseColons(line.trimStart())
  if (colons !== undefined && isCommand(colons.name)) return colons
  const brackets = parseBrackets(line)
  return brackets !== undefined && isCommand(brackets.name) ? brackets : undefined
}

function parseColons(line: string): WorkflowCommand | undefined {
  const end = line.startsWith('::') ? line.indexOf('::', 2) : -1
  if (end < 0) return undefined
  const head = line.slice(2, end)
  const space = head.indexOf(' ')
  const name = space < 0 ? head : head.slice(0, space)
  const pairs =
    space < 0
      ? []
      : head
          .slice(space + 1)
          .trim()
          .split(',')
  return { name, properties: toProperties(pairs, unescapeProperty), data: unescapeData(line.slice(end + 2)) }
}

function parseBrackets(line: string): WorkflowCommand | undefined {
  const start = line.indexOf('##[')
  const end = start < 0 ? -1 : line.indexOf(']', start)
  if (end < 0) return undefined
  const head = line.slice(start + 3, end)
  const space = head.indexOf(' ')
  const name = space < 0 ? head : head.slice(0, space)
  const pairs =
    space < 0
      ? []
      : head
          .slice(space + 1)
          .trim()
          .split(';')
  return { name, properties: toProperties(pairs, unescapeBrackets), data: unescapeBrackets(line.slice(end + 1)) }
}

function toProperties(pairs: readonly string[], unescape: (text: string) => string): Readonly<Record<string, string>> {
  const entries = pairs.flatMap((pair) => {
    const equals = pair.indexOf('=')
    const value = pair.slice(equals + 1)
    return equals <= 0 || value === '' ? [] : [[pair.slice(0, equals).trim(), unescape(value)] as const]
  })
  return Object.fromEntries(entries)
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
}

function unescapeProperty(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%')
}

function unescapeBrackets(text: string): string {
  return text
    .replaceAll('%3B', ';')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%5D', ']')
    .replaceAll('%25', '%')
}

/** Follows the commands in one step's output; gives the line that the log shows, or `undefined` for none. */
export class CommandInterpreter {
  readonly #sink: StepSink
  #stopToken: string | undefined
  #echo = false

  constructor(sink: StepSink) {
    this.#sink = sink
  }

  line(line: string): void {
    const token = this.#stopToken?.toLowerCase()
    if (token !== undefined) {
      const resumes = parseCommand(line, (name) => name.toLowerCase() === token) !== undefined
      if (resumes) this.#stopToken = undefined
      if (resumes) this.#sink.log(line)
      else this.#sink.line(line)
      return
    }
    const command = parseCommand(line, (name) => known.has(name.toLowerCase()))
    if (command === undefined) this.#sink.line(line)
    else this.#run({ ...command, name: command.name.toLowerCase() }, line)
  }

  #run(command: WorkflowCommand, line: string): void {
    const failure = this.#perform(command, line)
    if (failure === undefined) return
    this.#sink.issue({ level: 'error', message: `Unable to process command '${line.trim()}' successfully.` })
    this.#sink.issue({ level: 'error', message: failure })
    this.#sink.fail()
  }

  /** Gives why the command fails the step, if it does. */
  #perform({ name, properties, data }: WorkflowCommand, line: string): string | undefined {
    if (this.#echo && name !== 'add-mask') this.#sink.log(line)
    switch (name) {
      case 'error':
      case 'warning':
      case 'notice':
        this.#sink.issue(toAnnotation(name, properties, data))
        return undefined
      case 'debug':
        this.#sink.log(`##[debug]${data}`)
        return undefined
      case 'group':
        this.#sink.log(`##[group]${data}`)
        return undefined
      case 'endgroup':
        this.#sink.log('##[endgroup]')
        return undefined
      case 'add-mask':
        return this.#addMask(data)
      case 'stop-commands':
        return this.#stop(data, line)
      case 'echo':
        return this.#setEcho(data)
      case 'set-output':
        if (properties['name'] === undefined) return "Required field 'name' is missing in ##[set-output] command."
        this.#sink.setOutput(properties['name'], data)
        return undefined
      case 'save-state':
        if (properties['name'] === undefined) return "Required field 'name' is missing in ##[save-state] command."
        this.#sink.saveState(properties['name'], data)
        return undefined
      case 'add-matcher':
        return this.#sink.addMatcher(data)
      case 'remove-matcher':
        this.#sink.removeMatcher(properties['owner'] ?? '')
        return undefined
      case 'set-env':
      case 'add-path':
        return this.#unsecure(name, properties, data)
      default:
        return undefined
    }
  }

  #addMask(secret: string): undefined {
    if (secret.trim() === '') {
      this.#sink.issue({ level: 'warning', message: "Can't add secret mask for empty string in ##[add-mask] command." })
    } else {
      this.#sink.addMask(secret)
      if (this.#echo) this.#sink.log('::add-mask::***')
    }
    return undefined
  }

  #stop(token: string, line: string): string | undefined {
    const isCommand = known.has(token.toLowerCase()) || token === 'pause-logging'
    const allowed = this.#sink.environment('ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS') === 'true'
    if ((token === '' || isCommand) && !allowed) {
      return `Invalid stop-commands token '${token}': it must not be empty or the name of a command.`
    }
    this.#sink.log(line)
    this.#stopToken = token
    return undefined
  }

  #setEcho(value: string): string | undefined {
    const wanted = value.trim().toLowerCase()
    if (wanted !== 'on' && wanted !== 'off')
      return `Invalid echo command value. Possible values can be: 'on', 'off'. Current value is: '${value}'.`
    this.#echo = wanted === 'on'
    return undefined
  }

  #unsecure(name: string, properties: Readonly<Record<string, string>>, data: string): string | undefined {
    if (this.#sink.environment('ACTIONS_ALLOW_UNSECURE_COMMANDS') !== 'true') {
      return (
        `The \`${name}\` command is disabled. Please upgrade to using Environment Files ` +
        'or opt into unsecure command execution by setting the `ACTIONS_ALLOW_UNSECURE_COMMANDS` environment variable to `true`.'
      )
    }
    if (name === 'add-path') this.#sink.addPath(data)
    else if (properties['name'] === undefined) return "Required field 'name' is missing in ##[set-env] command."
    else this.#sink.setEnvironment(properties['name'], data)
    return undefined
  }
}

function toAnnotation(
  level: Annotation['level'],
  properties: Readonly<Record<string, string>>,
  data: string,
): Annotation {
  const number = (name: string): number | undefined => {
    const value = Number.parseInt(properties[name] ?? '', 10)
    return Number.isNaN(value) ? undefined : value
  }
  const found = {
    title: properties['title'],
    file: properties['file'],
    line: number('line'),
    endLine: number('endLine'),
    column: number('col'),
    endColumn: number('endColumn'),
  }
  const given = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
  return { level, message: data.slice(0, issueLimits.messageLength), ...given }
}
