import { LkftError } from '#errors/lkft-error'
import type { DocumentName, Documents } from '#schema/documents'
import { explainSchemaErrors, type SchemaError } from '#schema/explain-errors'

type Validator = ((value: unknown) => boolean) & { errors?: SchemaError[] | null }

const validators: { [Name in DocumentName]: () => Promise<{ default: Validator }> } = {
  bisect: () => import('#schema/generated/bisect-validator'),
  board: () => import('#schema/generated/board-validator'),
  build: () => import('#schema/generated/build-validator'),
  'cache-config': () => import('#schema/generated/cache-config-validator'),
  commits: () => import('#schema/generated/commits-validator'),
  diagnostic: () => import('#schema/generated/diagnostic-validator'),
  jobs: () => import('#schema/generated/jobs-validator'),
  'known-issues': () => import('#schema/generated/known-issues-validator'),
  plan: () => import('#schema/generated/plan-validator'),
  report: () => import('#schema/generated/report-validator'),
  run: () => import('#schema/generated/run-validator'),
  test: () => import('#schema/generated/test-validator'),
  watch: () => import('#schema/generated/watch-validator'),
}

/** One thing wrong with a document: the JSON pointer of the place, and a sentence. */
export interface SchemaProblem {
  readonly pointer: string
  readonly message: string
}

/** All that is wrong with `value` as a document of that name; empty when it is right. */
export async function findProblems(name: DocumentName, value: unknown): Promise<readonly SchemaProblem[]> {
  const validator = (await validators[name]()).default
  return validator(value) ? [] : explainSchemaErrors(validator.errors ?? [])
}

/**
 * Gives `value` with its type when it follows the schema.
 *
 * @param from the file it came from, named in the error
 * @throws LkftError BAD_DOCUMENT that names file, field, value and what is allowed
 */
export async function checkDocument<Name extends DocumentName>(
  name: Name,
  value: unknown,
  from: string,
): Promise<Documents[Name]> {
  const problems = await findProblems(name, value)
  if (problems.length === 0) return value as Documents[Name]
  throw new LkftError(
    'BAD_DOCUMENT',
    problems.map(({ pointer, message }) => `${from}: ${pointer || '/'}: ${message}`).join('; '),
  )
}
