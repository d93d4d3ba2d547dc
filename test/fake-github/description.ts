import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required?: boolean
  readonly schema: object
}

interface OperationText {
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, object>>
}

/** One call of GitHub's REST API, as the official description has it. */
export interface Operation {
  readonly method: string
  /** With `{name}` for what varies. */
  readonly path: string
  readonly match: (path: string) => Readonly<Record<string, string>> | undefined
  /** What is wrong with a request, as GitHub would refuse it. */
  readonly checkRequest: (query: URLSearchParams, body: unknown) => string | undefined
  /** What is wrong with an answer of ours, which is then a fault of the fake. */
  readonly checkResponse: (status: number, body: unknown) => string | undefined
  /** The schema of the answer, to make up what a test does not care about. */
  readonly responseSchema: (status: number) => Schema
}

export type Schema = Readonly<Record<string, unknown>>

const text = readFileSync(join(import.meta.dirname, 'openapi.json'), 'utf8')
const description = JSON.parse(text) as {
  paths: Record<string, Record<string, OperationText>>
  components: Record<string, Record<string, object>>
}
const ajv = new Ajv({ strict: false, allErrors: false, coerceTypes: false, validateFormats: true })
addFormats.default(ajv)
ajv.addFormat('repo.nwo', true)
ajv.addSchema({ ...(allowNull(description) as object), $id: 'github' })

/** Every operation of the cut description. */
export const operations: readonly Operation[] = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => toOperation(path, method, operation)),
)

/** Follows `$ref` inside the description. */
export function resolveSchema(schema: Schema): Schema {
  const reference = schema['$ref']
  if (typeof reference !== 'string') return schema
  const [, , kind = '', name = ''] = reference.split('/')
  return resolveSchema(description.components[kind]?.[name] as Schema)
}

function toOperation(path: string, method: string, operation: OperationText): Operation {
  const parameters = (operation.parameters ?? []).map((one) => resolveSchema(one as Schema) as unknown as Parameter)
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const pattern = new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '([^/]+)')}$`)
  const pointer = ['paths', path, method]
  return {
    method: method.toUpperCase(),
    path,
    match: (actual) => {
      const found = pattern.exec(actual)
      if (found === null) return undefined
      return Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]))
    },
    checkRequest: (query, body) => {
      const known = new Map(parameters.filter((one) => one.in === 'query').map((one) => [one.name, one]))
      for (const [name, value] of query) {
        const parameter = known.get(name)
        if (parameter === undefined) return `no query parameter ${name}`
        const problem = check(parameter.schema, coerce(value, resolveSchema(parameter.schema as Schema)))
        if (problem !== undefined) return `query parameter ${name} ${problem}`
      }
      if (operation.requestBody === undefined) return undefined
      return checkAt([...pointer, 'requestBody', 'content', 'application/json', 'schema'], body)
    },
    checkResponse: (status, body) => {
      const response = operation.responses[String(status)]
      if (response === undefined) return `the description has no answer ${status}`
      return check(schemaOf(response as Schema), body)
    },
    responseSchema: (status) => schemaOf((operation.responses[String(status)] ?? {}) as Schema),
  }
}

function schemaOf(response: Schema): Schema {
  const content = resolveSchema(response)['content'] as Record<string, { schema: Schema }> | undefined
  return content?.['application/json']?.schema ?? {}
}

function checkAt(pointer: readonly string[], value: unknown): string | undefined {
  const path = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
  return check({ $ref: `github#/${path}` }, value)
}

function check(schema: object, value: unknown): string | undefined {
  const key = JSON.stringify(schema)
  const validate = validators.get(key) ?? ajv.compile(allowNull(absolute(key)) as object)
  validators.set(key, validate)
  if (validate(value)) return undefined
  const [error] = validate.errors ?? []
  return `${error?.instancePath ?? ''} ${error?.message ?? 'is not valid'}`.trim()
}

const validators = new Map<string, ReturnType<typeof ajv.compile>>()

/** A schema whose references name the description, from wherever they are followed. */
function absolute(schema: string): object {
  return JSON.parse(schema.replaceAll('"$ref":"#/', '"$ref":"github#/')) as object
}

/** OpenAPI 3.0's `nullable` in JSON Schema's words. */
function allowNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(allowNull)
  if (typeof value !== 'object' || value === null) return value
  const { nullable, ...rest } = value as Schema
  const inner = Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, allowNull(each)]))
  if (typeof nullable === 'object') return { ...inner, nullable: allowNull(nullable) }
  return nullable === true ? { anyOf: [inner, { type: 'null' }] } : inner
}

function coerce(value: string, schema: Schema): unknown {
  if (schema['type'] === 'integer' && /^-?\d+$/.test(value)) return Number(value)
  if (schema['type'] === 'boolean' && /^(true|false)$/.test(value)) return value === 'true'
  return value
}
