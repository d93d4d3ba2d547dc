type Defined<Record_> = { [Key in keyof Record_]?: Exclude<Record_[Key], undefined> }

/** The record without its `undefined` fields: an input that was not given leaves the stage's own default. */
export function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>
}
