import { LkftError } from '#errors/lkft-error'

/** A value of a JSON or YAML document of unknown shape, with its place for errors. */
export interface Placed {
  readonly value: unknown
  /** File and path, e.g. `results.json: /ltp/abort01`. */
  readonly place: string
}

/**
 * The entries of an object.
 *
 * @throws LkftError BAD_DOCUMENT
 */
export function entriesOf({ value, place }: Placed): { readonly key: string; readonly at: Placed }[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(place, 'an object')
  return Object.entries(value).map(([key, child]) => ({ key, at: { value: child, place: `${place}/${key}` } }))
}

/** The items of an array. */
export function itemsOf({ value, place }: Placed): Placed[] {
  if (!Array.isArray(value)) throw wrong(place, 'a list')
  return value.map((item: unknown, index) => ({ value: item, place: `${place}/${index}` }))
}

/** A field of an object; undefined when it is absent or null. */
export function field({ value, place }: Placed, name: string): Placed | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(place, 'an object')
  const child = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
  return child === undefined || child === null ? undefined : { value: child, place: `${place}/${name}` }
}

/** A field that must be there. */
export function requiredField(parent: Placed, name: string): Placed {
  const found = field(parent, name)
  if (found === undefined) throw new LkftError('BAD_DOCUMENT', `${parent.place}: the field '${name}' is missing`)
  return found
}

/** A text, or a number as text. */
export function textOf({ value, place }: Placed): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw wrong(place, 'a text')
}

/** The text of a field, when it has one. */
export function textField(parent: Placed, name: string): string | undefined {
  const found = field(parent, name)
  return found === undefined ? undefined : textOf(found)
}

function wrong(place: string, expected: string): LkftError {
  return new LkftError('BAD_DOCUMENT', `${place} is not ${expected}`)
}
