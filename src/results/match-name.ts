/**
 * A matcher for a name with explicit wildcards: `*` is any text without a slash,
 * `**` any text; everything else stands for itself and the whole name must match.
 */
export function nameMatcher(pattern: string): (name: string) => boolean {
  if (!pattern.includes('*')) return (name) => name === pattern
  const parts = pattern.split(/(\*{2,}|\*)/)
  const source = parts.map((part) =>
    part === '*' ? '[^/]*' : part.startsWith('**') ? '[^]*' : part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
  )
  const expression = new RegExp(`^${source.join('')}$`, 'u')
  return (name) => expression.test(name)
}
