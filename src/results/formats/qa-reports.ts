import { entriesOf, field, itemsOf, type Placed, textField, textOf } from '#results/formats/json-value'
import { LkftError } from '#errors/lkft-error'
import type { KnownIssues } from '#schema/documents'

type SquadIssue = NonNullable<KnownIssues['squad_known_issues']>[number]

/** Whether a document is one of LKFT's qa-reports-known-issues: `projects`, each with `known_issues`. */
export function isQaReports(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'projects' in value && Array.isArray(value.projects)
}

/**
 * The issues of LKFT's qa-reports-known-issues files, in the form of SQUAD's API.
 * Environments may be named by their architecture.
 *
 * @param project `group/project` whose issues are wanted; all when undefined
 * @throws LkftError BAD_DOCUMENT naming file and place
 */
export function importQaReports(document: Placed, project?: string): KnownIssues {
  const issues: SquadIssue[] = []
  for (const group of itemsOf(requiredList(document, 'projects'))) {
    const environments = listEnvironments(group)
    const projects = textsOf(group, 'projects')
    for (const issue of listOf(group, 'known_issues')) {
      const own = textsOf(issue, 'projects')
      if (project !== undefined && !(own.length > 0 ? own : projects).includes(project)) continue
      const names = [...textsOf(issue, 'test_names'), ...(field(issue, 'test_name') ? textsOf(issue, 'test_name') : [])]
      if (names.length === 0) throw new LkftError('BAD_DOCUMENT', `${issue.place}: the field 'test_name' is missing`)
      for (const name of names) issues.push(toIssue(issue, name, environments))
    }
  }
  return { squad_known_issues: issues }
}

function toIssue(issue: Placed, name: string, environments: readonly Environment[]): SquadIssue {
  const wanted = textsOf(issue, 'environments')
  const slugs = wanted.flatMap((word) => {
    const members = environments.filter(({ architecture }) => architecture === word).map(({ slug }) => slug)
    return members.length > 0 ? members : [word]
  })
  return {
    title: textField(issue, 'title') ?? name,
    test_name: name,
    url: textField(issue, 'url') ?? null,
    active: field(issue, 'active')?.value !== false,
    intermittent: field(issue, 'intermittent')?.value === true,
    environments: [...new Set(slugs)],
  }
}

interface Environment {
  readonly slug: string
  readonly architecture: string | undefined
}

/** `[slug]`, `[{slug, architecture}]` or `[{architecture: [slug]}]`. */
function listEnvironments(group: Placed): readonly Environment[] {
  return listOf(group, 'environments').flatMap((item) => {
    if (typeof item.value === 'string') return [{ slug: item.value, architecture: undefined }]
    const slug = textField(item, 'slug')
    if (slug !== undefined) return [{ slug, architecture: textField(item, 'architecture') }]
    return entriesOf(item).flatMap(({ key, at }) =>
      itemsOf(at).map((each) => ({ slug: textOf(each), architecture: key })),
    )
  })
}

function requiredList(parent: Placed, name: string): Placed {
  return field(parent, name) ?? { value: undefined, place: `${parent.place}/${name}` }
}

function listOf(parent: Placed, name: string): Placed[] {
  const found = field(parent, name)
  return found === undefined ? [] : itemsOf(found)
}

/** A text or a list of texts. */
function textsOf(parent: Placed, name: string): string[] {
  const found = field(parent, name)
  if (found === undefined) return []
  return Array.isArray(found.value) ? itemsOf(found).map(textOf) : [textOf(found)]
}
