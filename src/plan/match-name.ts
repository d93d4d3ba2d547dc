/** A test for names against a pattern in which `*` stands for any characters. */
export function nameMatcher(pattern: string): (name: string) => boolean {
  if (!pattern.includes('*')) return (name) => name === pattern
  const expression = new RegExp(`^${pattern.split('*').map(escape).join('.*')}$`, 's')
  return (name) => expression.test(name)
}

/**
 * A test for paths against a glob: `*` and `?` stay inside a folder, `**` crosses
 * folders, a trailing `/` or a plain folder means all below it.
 */
export function pathMatcher(glob: string): (path: string) => boolean {
  const parts = glob.replace(/\/$/, '').split(/(\*\*\/?|\*|\?)/)
  const body = parts.map((part) => globParts[part] ?? escape(part)).join('')
  const expression = new RegExp(`^${body}(?:/.*)?$`, 's')
  return (path) => expression.test(path)
}

const globParts: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}
