import { scalarText } from './templates.ts'
import { type InputDefinition, InvalidFile, type WorkflowDefinition } from './workflow-file.ts'

/** What happened in the repository. */
export interface Event {
  readonly name: string
  readonly payload: Readonly<Record<string, unknown>>
  /** Full ref, `refs/heads/main`. */
  readonly ref: string
  readonly sha: string
  /** Paths that the push or pull request changes, where filters ask. */
  readonly changedPaths?: readonly string[]
}

interface Filters {
  readonly types?: string | readonly string[]
  readonly branches?: string | readonly string[]
  readonly 'branches-ignore'?: string | readonly string[]
  readonly tags?: string | readonly string[]
  readonly 'tags-ignore'?: string | readonly string[]
  readonly paths?: string | readonly string[]
  readonly 'paths-ignore'?: string | readonly string[]
  readonly workflows?: string | readonly string[]
}

const defaultTypes: Readonly<Record<string, readonly string[]>> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
  pull_request_target: ['opened', 'synchronize', 'reopened'],
}

/** Why an event does not start a workflow; `undefined` when it does. */
export function whyNotTriggered({ on }: WorkflowDefinition, event: Event): string | undefined {
  if (!(event.name in on)) return `the workflow is not started by ${event.name}`
  const filters = (Array.isArray(on[event.name]) ? {} : (on[event.name] ?? {})) as Filters
  const type = event.payload['action']
  const types = list(filters.types) ?? defaultTypes[event.name]
  if (types !== undefined && typeof type === 'string' && !types.includes(type)) return `type ${type} is not listed`
  return whyNotRef(filters, event) ?? whyNotPaths(filters, event) ?? whyNotWorkflow(filters, event)
}

function whyNotRef(filters: Filters, event: Event): string | undefined {
  const { branches, tags } = filters
  const base = (event.payload['pull_request'] as { base?: { ref?: string } } | undefined)?.base?.ref
  const head = (event.payload['workflow_run'] as { head_branch?: string } | undefined)?.head_branch
  const tag = /^refs\/tags\/(.+)/.exec(event.ref)?.[1]
  if (tag !== undefined && event.name === 'push') {
    const onlyBranches = list(tags) === undefined && list(filters['tags-ignore']) === undefined
    if (onlyBranches && (list(branches) ?? list(filters['branches-ignore'])) !== undefined)
      return 'only branches are listed'
    return matches(tags, filters['tags-ignore'], tag) ? undefined : `tag ${tag} is filtered out`
  }
  const branch = base ?? head ?? event.ref.replace(/^refs\/heads\//, '')
  const onlyTags = list(branches) === undefined && list(filters['branches-ignore']) === undefined
  if (event.name === 'push' && onlyTags && (list(tags) ?? list(filters['tags-ignore'])) !== undefined)
    return 'only tags are listed'
  return matches(branches, filters['branches-ignore'], branch) ? undefined : `branch ${branch} is filtered out`
}

function whyNotPaths(filters: Filters, event: Event): string | undefined {
  const paths = list(filters.paths)
  const ignore = list(filters['paths-ignore'])
  if (event.changedPaths === undefined || event.ref.startsWith('refs/tags/')) return undefined
  if (paths !== undefined && !event.changedPaths.some((path) => matchesPatterns(paths, path)))
    return 'no changed path is listed'
  if (ignore !== undefined && event.changedPaths.every((path) => matchesPatterns(ignore, path)))
    return 'every changed path is ignored'
  return undefined
}

function whyNotWorkflow(filters: Filters, event: Event): string | undefined {
  const workflows = list(filters.workflows)
  const name = (event.payload['workflow_run'] as { name?: string } | undefined)?.name
  return workflows === undefined || name === undefined || matchesPatterns(workflows, name)
    ? undefined
    : `workflow ${name} is not listed`
}

function matches(wanted: Filters['branches'], ignored: Filters['branches'], name: string): boolean {
  const only = list(wanted)
  if (only !== undefined) return matchesPatterns(only, name)
  const not = list(ignored)
  return not === undefined || !matchesPatterns(not, name)
}

/** GitHub's filter patterns: the last one that matches decides, `!` takes away. */
export function matchesPatterns(patterns: readonly string[], name: string): boolean {
  return patterns.reduce((taken, pattern) => {
    const not = pattern.startsWith('!')
    return patternExpression(not ? pattern.slice(1) : pattern).test(name) ? !not : taken
  }, false)
}

function patternExpression(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*\/|\*\*|\*|\\.|\[[^\]]+\]|[?+])/)
  const body = parts.map((part, index) => {
    if (index % 2 === 0) return part.replaceAll(/[\\^$.()|{}/]/g, String.raw`\$&`)
    if (part === '**/') return '(?:.*/)?'
    if (part === '**') return '.*'
    return part === '*' ? '[^/]*' : part
  })
  return new RegExp(`^${body.join('')}$`)
}

function list(value: string | readonly string[] | undefined | null): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : (value ?? undefined)
}

/**
 * Inputs of `workflow_dispatch` or `workflow_call` with their types and defaults.
 *
 * @throws InvalidFile for an input that is missing, unknown or of the wrong type
 */
export function readInputs(
  definitions: Readonly<Record<string, InputDefinition | null>>,
  given: Readonly<Record<string, unknown>>,
  what: string,
): Readonly<Record<string, unknown>> {
  const names = new Map(Object.keys(definitions).map((name) => [name.toLowerCase(), name]))
  for (const name of Object.keys(given)) {
    if (!names.has(name.toLowerCase())) throw new InvalidFile(`Invalid input, ${name} is not defined in the ${what}.`)
  }
  const byName = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]))
  const entries = Object.entries(definitions).map(([name, definition]) => {
    const value = byName.get(name.toLowerCase())
    const isGiven = value !== undefined && value !== null && (value !== '' || definition?.required !== true)
    if (!isGiven && definition?.required === true && definition.default === undefined) {
      throw new InvalidFile(`Input ${name} is required, but not provided while calling.`)
    }
    return [name, toType(isGiven ? value : definition?.default, definition ?? {}, name)] as const
  })
  return Object.fromEntries(entries)
}

function toType(value: unknown, { type = 'string', options }: InputDefinition, name: string): unknown {
  if (type === 'boolean') {
    if (value === undefined) return false
    if (typeof value === 'boolean') return value
    if (value === 'true' || value === 'false') return value === 'true'
    throw new InvalidFile(`Unexpected value '${scalarText(value)}' for input ${name}: a boolean was expected`)
  }
  if (type === 'number') {
    const number = value === undefined || value === '' ? 0 : Number(value)
    if (Number.isNaN(number))
      throw new InvalidFile(`Unexpected value '${scalarText(value)}' for input ${name}: a number was expected`)
    return number
  }
  const text = scalarText(value)
  if (type === 'choice' && options !== undefined && text !== '' && !options.map(String).includes(text)) {
    throw new InvalidFile(`Provided value '${text}' for input '${name}' not in the list of allowed values`)
  }
  return text
}
