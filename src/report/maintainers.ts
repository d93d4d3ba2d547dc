import { readLineBatches } from '#results/read-lines'

/** One section of a kernel tree's MAINTAINERS. */
interface Section {
  readonly people: string[]
  readonly lists: string[]
  readonly files: string[]
  readonly excluded: string[]
  readonly patterns: RegExp[]
}

/** Who is to be told of what a path breaks: people first, then lists. */
export type FindMaintainers = (path: string) => readonly string[]

/** The section that has every file; its list would get every mail. */
const everything = '*/'

/**
 * Reads a kernel tree's MAINTAINERS: `M:` and `R:` are people, `L:` lists, `F:` paths
 * (`*` and `?` stay in a folder, a trailing slash means all below), `X:` paths that
 * are left out, `N:` patterns of whole paths. `K:` looks at content and is not used.
 * The longest path that fits is the most exact: its section comes first.
 *
 * @throws LkftError BAD_DOCUMENT when the file cannot be read
 */
export async function readMaintainers(file: string): Promise<FindMaintainers> {
  const sections: Section[] = []
  let open: Section | undefined
  for await (const { lines } of readLineBatches(file)) {
    for (const line of lines) {
      const [, tag, value = ''] = /^([A-Z]):\s*(.+?)\s*$/.exec(line) ?? []
      if (tag === undefined) {
        if (/^\S/.test(line)) sections.push((open = { people: [], lists: [], files: [], excluded: [], patterns: [] }))
      } else if (open !== undefined) addLine(open, tag, value)
    }
  }
  return (path) => {
    const found = sections
      .map((section) => ({ section, exactness: exactnessOf(section, path) }))
      .filter(({ exactness }) => exactness > 0)
      .sort((a, b) => b.exactness - a.exactness)
    const addresses = [
      ...found.flatMap(({ section }) => section.people),
      ...found.flatMap(({ section }) => section.lists),
    ]
    return [...new Set(addresses)]
  }
}

function addLine(section: Section, tag: string, value: string): void {
  if (tag === 'M' || tag === 'R') section.people.push(value)
  else if (tag === 'L') section.lists.push(value.split(/\s/, 1)[0] ?? value)
  else if (tag === 'F' && value !== everything && value !== '*') section.files.push(value)
  else if (tag === 'X') section.excluded.push(value)
  else if (tag === 'N') addPattern(section, value)
}

function addPattern(section: Section, value: string): void {
  try {
    section.patterns.push(new RegExp(value))
  } catch {
    // A pattern of Perl that JavaScript does not know says nothing about the path.
  }
}

function exactnessOf({ files, excluded, patterns }: Section, path: string): number {
  if (excluded.some((glob) => covers(glob, path))) return 0
  const lengths = files.filter((glob) => covers(glob, path)).map((glob) => glob.length)
  if (lengths.length > 0) return Math.max(...lengths)
  return patterns.some((pattern) => pattern.test(path)) ? 1 : 0
}

function covers(glob: string, path: string): boolean {
  const source = glob
    .replaceAll(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
  return new RegExp(`^${source}${glob.endsWith('/') ? '' : '(?:/|$)'}`).test(path)
}

/** Suites whose sources lie in the kernel's tree. */
const suiteFolders: readonly (readonly [RegExp, string])[] = [
  [/^kselftest-(.+)$/, 'tools/testing/selftests/$1/'],
  [/^kunit$/, 'lib/kunit/'],
  [/^perf$/, 'tools/perf/'],
]

/** Where a suite's tests lie in the kernel's tree; undefined for suites from elsewhere. */
export function suitePath(suite: string): string | undefined {
  const found = suiteFolders.find(([pattern]) => pattern.test(suite))
  return found === undefined ? undefined : suite.replace(...found)
}
