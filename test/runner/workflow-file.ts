import { parse } from 'yaml'

/** One step as written. */
export interface StepDefinition {
  readonly id?: string
  readonly name?: string
  readonly if?: unknown
  readonly run?: string
  readonly shell?: string
  readonly 'working-directory'?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: unknown
  readonly 'continue-on-error'?: unknown
  readonly 'timeout-minutes'?: unknown
  readonly background?: boolean
  readonly wait?: string | readonly string[]
  readonly 'wait-all'?: boolean | null
  readonly cancel?: string
  readonly parallel?: readonly StepDefinition[]
}

export interface JobDefinition {
  readonly name?: string
  readonly needs?: string | readonly string[]
  readonly if?: unknown
  readonly 'runs-on'?: unknown
  readonly strategy?: { readonly matrix?: unknown; readonly 'fail-fast'?: unknown; readonly 'max-parallel'?: unknown }
  readonly env?: unknown
  readonly defaults?: { readonly run?: { readonly shell?: string; readonly 'working-directory'?: string } }
  readonly permissions?: unknown
  readonly concurrency?: unknown
  readonly outputs?: Readonly<Record<string, unknown>>
  readonly steps?: readonly StepDefinition[]
  readonly 'continue-on-error'?: unknown
  readonly 'timeout-minutes'?: unknown
  readonly environment?: unknown
  readonly container?: unknown
  readonly services?: unknown
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly secrets?: 'inherit' | Readonly<Record<string, unknown>>
}

export interface InputDefinition {
  readonly type?: 'string' | 'boolean' | 'number' | 'choice' | 'environment'
  readonly required?: boolean
  readonly default?: unknown
  readonly options?: readonly unknown[]
}

export interface WorkflowDefinition {
  readonly name?: string
  readonly 'run-name'?: string
  /** By event; `null` for an event without filters. */
  readonly on: Readonly<Record<string, unknown>>
  readonly env?: unknown
  readonly defaults?: JobDefinition['defaults']
  readonly permissions?: unknown
  readonly concurrency?: unknown
  readonly jobs: Readonly<Record<string, JobDefinition>>
}

/** A workflow or action file that is not valid. */
export class InvalidFile extends Error {}

/** Reads a workflow; `on` becomes a mapping whatever its form. What the official parser checks is not checked here. */
export function parseWorkflow(text: string, path: string): WorkflowDefinition {
  const value = parseYaml(text, path) as Partial<WorkflowDefinition> | null
  if (typeof value?.jobs !== 'object' || value.jobs === null)
    throw new InvalidFile(`${path}: Required property is missing: jobs`)
  return { ...value, on: toMapping(value.on), jobs: value.jobs }
}

/** YAML as GitHub reads it: version 1.2, anchors, no merge keys. @throws InvalidFile */
export function parseYaml(text: string, path: string): unknown {
  try {
    return parse(text, { maxAliasCount: 1000 })
  } catch (error) {
    throw new InvalidFile(`${path}: ${(error as Error).message}`, { cause: error })
  }
}

function toMapping(on: unknown): Readonly<Record<string, unknown>> {
  if (typeof on === 'string') return { [on]: null }
  if (Array.isArray(on)) return Object.fromEntries(on.map((name) => [String(name), null]))
  return (on ?? {}) as Record<string, unknown>
}

/** `needs` as a list. */
export function needsOf(job: JobDefinition): readonly string[] {
  return typeof job.needs === 'string' ? [job.needs] : (job.needs ?? [])
}
