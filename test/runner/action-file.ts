import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidFile, parseYaml, type StepDefinition } from './workflow-file.ts'

export interface ActionDefinition {
  readonly name?: string
  readonly inputs?: Readonly<
    Record<
      string,
      { readonly default?: unknown; readonly required?: boolean; readonly deprecationMessage?: string } | null
    >
  >
  readonly outputs?: Readonly<Record<string, { readonly value?: unknown } | null>>
  readonly runs: {
    readonly using: string
    readonly main?: string
    readonly pre?: string
    readonly 'pre-if'?: unknown
    readonly post?: string
    readonly 'post-if'?: unknown
    readonly steps?: readonly StepDefinition[]
  }
}

/** An action where it lies on this machine. */
export interface Action {
  readonly definition: ActionDefinition
  readonly folder: string
  /** Where its own `$/` leads, and `github.action_repository`; absent for `./` actions. */
  readonly origin?: { readonly repository: string; readonly sha: string }
  readonly ref?: string
  /** As the workflow names it. */
  readonly uses: string
}

/** Reads action.yml or action.yaml of a folder. @throws InvalidFile */
export async function readAction(folder: string): Promise<ActionDefinition> {
  for (const name of ['action.yml', 'action.yaml']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const value = parseYaml(text, join(folder, name)) as Partial<ActionDefinition> | null
    if (typeof value?.runs?.using !== 'string')
      throw new InvalidFile(`${join(folder, name)}: Required property is missing: runs`)
    return value as ActionDefinition
  }
  throw new InvalidFile(
    `Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '${folder}'. Did you forget to run actions/checkout before running your local action?`,
  )
}
