/** `2026-11-23 10:04` in UTC. */
export function moment(time: string): string {
  return time.slice(0, 16).replace('T', ' ')
}

/** `3 h`, `5 days`: how long ago or between. */
export function age(from: string, to: number): string {
  const minutes = Math.max(0, Math.round((to - Date.parse(from)) / 60_000))
  if (!Number.isFinite(minutes)) return 'unknown'
  if (minutes < 90) return `${minutes} min`
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`
  return `${Math.round(minutes / 1440)} days`
}

export function count(value: number): string {
  return value.toLocaleString('en')
}

/** `1 regression`, `2 regressions`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : /(s|sh|ch|x)$/.test(noun) ? 'es' : 's'}`
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`
}

/** The short name of a build: its kernel, else its commit, else its id. */
export function buildTitle(build: {
  readonly id: string
  readonly kernel: string | null
  readonly commit: string | null
}): string {
  return build.kernel ?? build.commit?.slice(0, 12) ?? build.id
}
