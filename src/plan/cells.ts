import type { Jobs } from '#schema/documents'

export type BuildCell = Jobs['builds'][number]
export type BootCell = Jobs['boots'][number]
export type LabCell = Jobs['labs'][number]
export type Shard = Jobs['shards'][number]
export type Skipped = Jobs['skipped'][number]

export interface Cells {
  readonly builds: BuildCell[]
  readonly boots: BootCell[]
  readonly labs: LabCell[]
}

/** A field of a plan that may be one value or a list. */
export function asList(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : value
}
