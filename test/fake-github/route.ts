import type { FakeState, FakeToken } from './state.ts'

export interface Call {
  readonly state: FakeState
  readonly token: FakeToken
  readonly path: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
}

export interface Answer {
  readonly status: number
  readonly body: unknown
  /** Whether there is a next page. */
  readonly more?: boolean
}

export interface Route {
  /** The permission that GitHub wants, any of them; none for a public call. */
  readonly permissions: readonly `${string}:${'read' | 'write'}`[]
  readonly answer: (call: Call) => Answer | undefined
}

export const ok = (body: unknown): Answer => ({ status: 200, body })

/** One page of a list, alone or, when GitHub wraps it, under `field` with the count of all. */
export function paged(all: readonly object[], query: URLSearchParams, field?: string): Answer {
  const size = Number(query.get('per_page') ?? '30')
  const to = Number(query.get('page') ?? '1') * size
  const items = all.slice(to - size, to)
  return {
    status: 200,
    body: field === undefined ? items : { total_count: all.length, [field]: items },
    more: to < all.length,
  }
}
