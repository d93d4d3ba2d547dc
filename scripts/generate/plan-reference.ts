import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Schema {
  readonly description?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

const page = 'docs/plan.md'
const [begin, end] = ['<!-- fields -->', '<!-- /fields -->'] as const

/** Writes the table of every field of a plan into docs/plan.md, from its schema. */
export async function generatePlanReference(root: string): Promise<Map<string, string>> {
  const schema = JSON.parse(await readFile(join(root, 'schemas/plan.schema.json'), 'utf8')) as Schema
  const text = await readFile(join(root, page), 'utf8')
  const [before = '', rest = ''] = text.split(begin)
  const after = rest.split(end)[1] ?? ''
  const rows = fieldRows(schema, '').map(([name, kind, what]) => `| \`${name}\` | ${kind} | ${what} |`)
  const table = ['| field | value | |', '|---|---|---|', ...rows].join('\n')
  return new Map([[page, `${before}${begin}\n${table}\n${end}${after}`]])
}

function fieldRows(schema: Schema, prefix: string): readonly (readonly [string, string, string])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const full = `${prefix}${name}`
    const need = schema.required?.includes(name) === true ? 'required; ' : ''
    const inner = field.items ?? field
    const below =
      inner.properties === undefined ? [] : fieldRows(inner, `${full}${field.items === undefined ? '' : '[]'}.`)
    return [
      [full, kindOf(field), escapeCell(`${need}${field.description ?? ''}`.replace(/; $/, ''))] as const,
      ...below,
    ]
  })
}

function kindOf({ const: only, enum: values, anyOf, type, items }: Schema): string {
  if (only !== undefined) return `\`${JSON.stringify(only)}\``
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(', ')
  if (anyOf !== undefined) return [...new Set(anyOf.map(kindOf))].join(' or ')
  if (type === 'array') return items?.properties === undefined ? `list of ${kindOf(items ?? {})}` : 'list'
  return type === 'object' ? 'mapping' : (type ?? 'any')
}

function escapeCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;')
}
