import { resolveSchema, type Schema } from './description.ts'

/** Values that satisfy a format. */
const byFormat: Readonly<Record<string, string>> = {
  'date-time': '2026-01-01T00:00:00Z',
  email: 'octo@example.org',
  uri: 'https://github.localhost/x',
}

/**
 * A value of a schema: what is given, and for every required field that is not,
 * something valid. So a fake's answer has all that GitHub's has, and a test
 * states only what it is about.
 */
export function fill(schema: Schema, given: unknown): unknown {
  const {
    anyOf,
    oneOf,
    allOf,
    type,
    items,
    properties = {},
    required = [],
    nullable,
    enum: allowed,
    format,
  } = merge(schema)
  if (given === null && nullable === true) return null
  const choice = anyOf ?? oneOf
  if (choice !== undefined) {
    const fitting = choice.find((one) => typeof given !== 'object' || merge(one).type === 'object')
    return given ?? fill(fitting ?? {}, given)
  }
  void allOf
  if (Array.isArray(given)) return given.map((one) => fill(items ?? {}, one))
  if (type === 'object' || typeof given === 'object') {
    const fields = (given ?? {}) as Record<string, unknown>
    const names = new Set([...required, ...Object.keys(fields)])
    return Object.fromEntries([...names].map((name) => [name, fill(properties[name] ?? {}, fields[name])]))
  }
  if (given !== undefined) return given
  if (nullable === true) return null
  if (allowed !== undefined) return allowed[0]
  if (type === 'array') return []
  if (type === 'integer' || type === 'number') return 1
  if (type === 'boolean') return false
  return byFormat[format ?? ''] ?? 'x'
}

interface Merged {
  readonly type?: string
  readonly format?: string
  readonly nullable?: boolean
  readonly enum?: readonly unknown[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
}

/** A schema with its references followed and its `allOf` put together. */
function merge(schema: Schema): Merged {
  const own = resolveSchema(schema) as Merged
  return (own.allOf ?? []).reduce<Merged>((all, part) => {
    const more = merge(part)
    return {
      ...more,
      ...all,
      properties: { ...more.properties, ...all.properties },
      required: [...(more.required ?? []), ...(all.required ?? [])],
    }
  }, own)
}
