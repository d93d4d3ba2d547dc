import { join } from 'node:path'
import type { ActionResult } from '#github/run-action'
import { codeCell, codeSpan } from '#report/markdown/code'
import type { Bisect } from '#schema/documents'

/** What the bisect action tells the runner. Finding the commit is what it was asked: only finding nothing fails the step. */
export function bisectResult(record: Bisect, directory: string): ActionResult {
  const { first_bad: first, suspects, steps, state, verdict, reason } = record
  const exitCode = state !== 'done' ? 143 : verdict === 'not-reproduced' ? 2 : 0
  return {
    outputs: {
      verdict: state === 'done' ? (verdict ?? 'infra') : 'cancelled',
      'first-bad': first?.sha ?? '',
      suspects: suspects.map(({ sha }) => sha).join(' '),
      steps: steps.length,
      directory,
    },
    summary: bisectSummary(record),
    whereAll: join(directory, 'bisect.json'),
    exitCode,
    failure: exitCode === 0 ? undefined : (reason ?? 'the bisection was interrupted'),
  }
}

/** Markdown; titles and authors come from the tested tree and stand in code. */
export function bisectSummary({ subject, first_bad: first, suspects, steps, verdict, reason }: Bisect): string {
  const commits = first === null ? suspects : [first]
  return [
    `## Bisect ${codeSpan(subject)}: ${verdict ?? 'not finished'}`,
    '',
    ...(reason === null ? [] : [codeSpan(reason), '']),
    ...commits.map(({ sha, title, author }) => `- ${codeSpan(sha)} ${codeSpan(title)} by ${codeSpan(author)}`),
    '',
    '| commit | verdict | runs | why |',
    '|---|---|---|---|',
    ...steps.map(
      ({ commit, title, verdict: own, tries, reason: why }) =>
        `| ${codeCell(`${commit.slice(0, 12)} ${title}`)} | ${own} | ${tries.join(' ')} | ${why === null ? '' : codeCell(why)} |`,
    ),
  ].join('\n')
}
