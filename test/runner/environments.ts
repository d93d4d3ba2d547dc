import type { Scope } from './expressions.ts'
import { evaluateTemplate, scalarText } from './templates.ts'

/** A deployment environment of the repository, as its settings hold it. */
export interface EnvironmentSettings {
  /** Asks the required reviewers; absent: there are none. */
  readonly review?: () => Promise<'approved' | 'rejected'>
  readonly secrets?: Readonly<Record<string, string>>
  readonly variables?: Readonly<Record<string, string>>
}

/** What a job gets from its environment. */
export interface EnteredEnvironment {
  readonly name: string
  readonly secrets: Readonly<Record<string, string>>
  readonly variables: Readonly<Record<string, string>>
}

/**
 * Waits for the reviewers of a job's `environment`. One that the settings do not
 * know is made without reviewers, as GitHub does.
 *
 * @returns `undefined` for a job without one, `rejected` when somebody said no
 */
export async function enterEnvironment(
  written: unknown,
  scope: Scope,
  settings: Readonly<Record<string, EnvironmentSettings>> = {},
): Promise<EnteredEnvironment | 'rejected' | undefined> {
  const value = evaluateTemplate(written, scope)
  const name = scalarText(typeof value === 'object' && value !== null && 'name' in value ? value.name : value)
  if (name === '') return undefined
  const known = Object.entries(settings).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? {}
  if ((await known.review?.()) === 'rejected') return 'rejected'
  return { name, secrets: known.secrets ?? {}, variables: known.variables ?? {} }
}
