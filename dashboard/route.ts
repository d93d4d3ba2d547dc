/** Where in the dashboard one is: the path and query behind `#`. */
export interface Route {
  /** Decoded parts of the path. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s)
  return { path: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query) }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** An address of the dashboard; empty values are left out. */
export function to(path: readonly string[], query: Readonly<Record<string, string | null | undefined>> = {}): string {
  const words = Object.entries(query).flatMap(([key, value]) =>
    value === null || value === undefined || value === '' ? [] : [`${key}=${encodeURIComponent(value)}`],
  )
  return `#/${path.map(encodeURIComponent).join('/')}${words.length > 0 ? `?${words.join('&')}` : ''}`
}

/** Addresses of one project's pages; the branch that is chosen stays chosen. */
export const project = {
  builds: (name: string, branch?: string | null) => to(['p', name], { branch }),
  build: (name: string, id: string) => to(['p', name, 'build', id]),
  compare: (name: string, base: string, id: string) => to(['p', name, 'compare', base, id]),
  test: (name: string, suite: string, test: string, branch?: string | null) =>
    to(['p', name, 'test'], { suite, test, branch }),
  page: (name: string, page: string, branch?: string | null) => to(['p', name, page], { branch }),
}
