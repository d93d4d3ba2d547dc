import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import { LkftError } from '#errors/lkft-error'
import { importQaReports, isQaReports } from '#results/formats/qa-reports'
import { indexKnownIssues, type KnownIssueIndex, listKnownIssues } from '#results/known-issues'
import type { KnownIssues } from '#schema/documents'
import { loadDocument } from '#schema/load-document'

/**
 * A known-issues file: ours, SQUAD's or both in one, or one of LKFT's
 * qa-reports-known-issues, of which `FILE#group/project` takes one project's issues.
 *
 * @throws LkftError BAD_DOCUMENT naming file, line and field
 */
export async function readKnownIssues(name: string): Promise<KnownIssues> {
  const [, file = name, project] = /^(.*\.ya?ml)#(.+)$/.exec(name) ?? []
  const foreign = await readQaReports(file, project)
  if (foreign !== undefined) return foreign
  const document = await loadDocument('known-issues', file)
  if (document.issues !== undefined || document.squad_known_issues !== undefined) return document
  throw new LkftError('BAD_DOCUMENT', `${file}: holds neither 'issues' nor 'squad_known_issues'`)
}

async function readQaReports(file: string, project: string | undefined): Promise<KnownIssues | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  if (!/^['"]?projects['"]?\s*:/m.test(text)) return undefined
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' })
  if (document.errors.length > 0) return undefined
  const value: unknown = document.toJS({ maxAliasCount: 10_000 })
  return isQaReports(value) ? importQaReports({ value, place: `${file}: ` }, project) : undefined
}

/** The known issues of a file, ready to be looked up; none when there is no file. */
export async function loadKnownIssues(file: string | undefined, today: Date): Promise<KnownIssueIndex> {
  const day = today.toISOString().slice(0, 10)
  if (file === undefined) return indexKnownIssues([], day)
  const known = await readKnownIssues(file)
  return indexKnownIssues(listKnownIssues(known), day, known.metrics)
}
