import type { Route } from '../route.ts'

/** What a page puts on the screen. */
export interface Page {
  readonly title: string
  /** In order; null is left out. */
  readonly content: readonly (Node | null)[]
  /** Addresses that `[` and `]` go to. */
  readonly previous?: string | undefined
  readonly next?: string | undefined
}

/** Makes a page of an address; throws when its data cannot be had. */
export type PageMaker = (route: Route, project: string) => Promise<Page>

/** The branch an address names: undefined is all, `-` is builds that name none. */
export function branchOf({ query }: Route): string | null | undefined {
  const branch = query.get('branch')
  return branch === null ? undefined : branch === '-' ? null : branch
}

/** A branch as an address names it. */
export function branchWord(branch: string | null | undefined): string | undefined {
  return branch === null ? '-' : branch
}
