import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'

/** The parts of a workflow that our checks look at; the official parser has checked the rest. */
export interface Workflow {
  readonly on?: unknown
  readonly permissions?: Permissions
  readonly env?: unknown
  readonly jobs: Readonly<Record<string, Job>>
}

export type Permissions = string | Readonly<Record<string, string>>

export interface Job {
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly needs?: string | readonly string[]
  readonly 'runs-on'?: unknown
  readonly if?: string
  readonly env?: unknown
  readonly environment?: unknown
  readonly secrets?: unknown
  readonly 'timeout-minutes'?: unknown
  readonly permissions?: Permissions
  readonly outputs?: Readonly<Record<string, string>>
  readonly steps?: readonly Step[]
}

export interface Step {
  readonly id?: string
  readonly uses?: string
  readonly run?: string
  readonly env?: unknown
  readonly shell?: string
  readonly 'working-directory'?: string
  readonly with?: Readonly<Record<string, unknown>>
}

export interface Declared {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean }>>
  readonly outputs: Readonly<Record<string, unknown>>
}

/** What workflows of this repository can use. */
export interface Repository {
  readonly actions: ReadonlyMap<string, Declared>
  readonly workflows: ReadonlyMap<string, Workflow>
}

/** Reads every action and every workflow of `.github/workflows`. */
export async function readRepository(root: string): Promise<Repository> {
  const actions = new Map<string, Declared>()
  for (const name of await readdir(join(root, 'actions'))) {
    const text = await readFile(join(root, 'actions', name, 'action.yml'), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    actions.set(name, { inputs: {}, outputs: {}, ...(parse(text) as Partial<Declared>) })
  }
  const folder = join(root, '.github/workflows')
  const workflows = new Map<string, Workflow>()
  for (const name of await readdir(folder)) {
    workflows.set(name, parse(await readFile(join(folder, name), 'utf8')) as Workflow)
  }
  return { actions, workflows }
}

/** What a `uses:` names: one of our actions or workflows, somebody else's, or nothing that exists. */
export type Reference =
  | { readonly kind: 'action'; readonly name: string }
  | { readonly kind: 'workflow'; readonly name: string }
  | { readonly kind: 'foreign'; readonly ref: string }

/** Reads a `uses:`. Ours are `$/…`, `./…`, `lkft/lkft/…@ref`, and an action's own repository `lkft/<action>@ref`. */
export function readReference(uses: string): Reference {
  const path = /^(?:\$\/|\.\/|lkft\/lkft\/)([^@]*)/.exec(uses)?.[1]
  const action = /^actions\/([a-z-]+)$/.exec(path ?? '')?.[1] ?? /^lkft\/([a-z-]+)@/.exec(uses)?.[1]
  if (action !== undefined) return { kind: 'action', name: action }
  const workflow = /^\.github\/workflows\/([\w.-]+)$/.exec(path ?? '')?.[1]
  if (workflow !== undefined) return { kind: 'workflow', name: workflow }
  return { kind: 'foreign', ref: uses }
}

/** Inputs and outputs of a reusable workflow; `undefined` when it cannot be called. */
export function callInterface({ on }: Workflow): Declared | undefined {
  if (typeof on !== 'object' || on === null || !('workflow_call' in on)) return undefined
  return { inputs: {}, outputs: {}, ...(on.workflow_call as Partial<Declared> | null) }
}

/** Every string in a value, however deep. */
export function* stringsOf(value: unknown): Generator<string, void, void> {
  if (typeof value === 'string') yield value
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) yield* stringsOf(inner)
}
