import type { Annotation } from '#github/annotations'
import type { ActionResult } from '#github/run-action'
import { codeCell, codeSpan } from '#report/markdown/code'
import type { Commits } from '#schema/documents'

/** What building every commit of a pull request tells the runner: a commit that breaks or warns fails the step, named. */
export function commitsResult(record: Commits, build: string, directory: string): ActionResult {
  const guilty = record.commits.filter(({ effect }) => effect === 'breaks' || effect === 'warns')
  const exitCode = record.state !== 'done' ? 143 : guilty.length > 0 ? 1 : 0
  const named = guilty.map(({ sha, title, effect }) => `${sha.slice(0, 12)} (${title}) ${effect}`).join('; ')
  return {
    outputs: { verdict: exitCode === 0 ? 'pass' : exitCode === 1 ? 'fail' : 'cancelled', directory, name: build },
    summary: commitsSummary(record, build),
    annotations: guilty.map(({ sha, title, effect, reason, messages }): Annotation => {
      const what = effect === 'breaks' ? 'does not build' : 'adds warnings'
      return {
        level: effect === 'breaks' ? 'error' : 'warning',
        title: `${build}: ${sha.slice(0, 12)} ${what}`,
        message: [title, ...(reason === null ? [] : [reason]), ...messages].join('\n'),
      }
    }),
    whereAll: 'commits.json',
    exitCode,
    failure: exitCode === 0 ? undefined : `${build}: ${named === '' ? 'interrupted' : named}`,
  }
}

/** Markdown; titles and messages come from the tested tree and stand in code. */
function commitsSummary({ commits }: Commits, build: string): string {
  return [
    `## Every commit of the pull request: ${codeSpan(build)}`,
    '',
    '| commit | effect | | seconds |',
    '|---|---|---|--:|',
    ...commits.map(({ sha, title, effect, reason, messages, seconds }) => {
      const why = [...(reason === null ? [] : [reason]), ...messages].slice(0, 3).map(codeCell).join('<br>')
      const told = effect === 'none' ? '' : `**${effect}**`
      return `| ${codeCell(`${sha.slice(0, 12)} ${title}`)} | ${told} | ${why} | ${seconds.toFixed(1)} |`
    }),
  ].join('\n')
}
