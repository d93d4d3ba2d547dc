import { LkftError } from '#errors/lkft-error'
import { indexKnownIssues, type KnownIssueIndex, listKnownIssues } from '#results/known-issues'
import type { KnownIssues } from '#schema/documents'
import { loadDocument } from '#schema/load-document'

/**
 * A known-issues file, ours, SQUAD's or both in one.
 *
 * @throws LkftError BAD_DOCUMENT naming file, line and field
 */
export async function readKnownIssues(file: string): Promise<KnownIssues> {
  const document = await loadDocument('known-issues', file)
  if (document.issues !== undefined || document.squad_known_issues !== undefined) return document
  throw new LkftError('BAD_DOCUMENT', `${file}: holds neither 'issues' nor 'squad_known_issues'`)
}

/** The known issues of a file, ready to be looked up; none when there is no file. */
export async function loadKnownIssues(file: string | undefined, today: Date): Promise<KnownIssueIndex> {
  const day = today.toISOString().slice(0, 10)
  if (file === undefined) return indexKnownIssues([], day)
  const known = await readKnownIssues(file)
  return indexKnownIssues(listKnownIssues(known), day, known.metrics)
}
