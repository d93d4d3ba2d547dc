import type { SchemaProblem } from '#schema/validate'

/** The fields of an ajv error (option `verbose`) that explanations need. */
export interface SchemaError {
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string
  readonly data?: unknown
  readonly schemaPath: string
}

/** Sentences for people, one per place: the value and what is allowed. Errors of a failed `anyOf` branch fold into one. */
export function explainSchemaErrors(errors: readonly SchemaError[]): readonly SchemaProblem[] {
  const byPlace = new Map<string, string[]>()
  for (const error of errors) {
    const several = error.keyword === 'oneOf' && Array.isArray(error.params['passingSchemas'])
    if (!several && (error.keyword === 'anyOf' || error.keyword === 'oneOf' || error.keyword === 'if')) continue
    const pointer =
      error.keyword === 'additionalProperties'
        ? `${error.instancePath}/${String(error.params['additionalProperty'])}`
        : error.instancePath
    const messages = byPlace.get(pointer) ?? []
    const message = explain(error)
    if (!messages.includes(message)) messages.push(message)
    byPlace.set(pointer, messages)
  }
  return [...byPlace].map(([pointer, messages]) => ({ pointer, message: messages.join(', or ') }))
}

function explain({ keyword, params, data, message }: SchemaError): string {
  const value = show(data)
  switch (keyword) {
    case 'enum':
      return `${value} is not allowed; allowed: ${(params['allowedValues'] as unknown[]).map(String).join(', ')}`
    case 'const':
      return `${value} is not allowed; it must be ${show(params['allowedValue'])}`
    case 'required':
      return `the field '${String(params['missingProperty'])}' is missing`
    case 'additionalProperties':
      return 'no such field'
    case 'oneOf':
      return `${value} gives more than one of the alternatives`
    case 'type':
      return `${value} is not of type ${String(params['type'])}`
    default:
      return `${value} ${message ?? 'is not allowed'}`
  }
}

function show(data: unknown): string {
  const text = JSON.stringify(data) ?? 'undefined'
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
