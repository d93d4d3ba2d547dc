import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runForOutput } from '#process/run-command'
import { checkDocument } from '#schema/validate'
import { throwawayFolder } from '../actions/throwaway-folder.ts'
import { repositoryOf } from '../runner/throwaway.ts'
import { runLkft } from '../support/run-lkft.ts'
import { commitSeries, makeSeriesTree } from '../support/series-tree.ts'

test('lkft commits names the commits of a series that break the build or warn, and compiles only what changed', async () => {
  await using tree = await repositoryOf({ notes: 'first' })
  await makeSeriesTree(tree.folder)
  const base = await tree.commit('Base')
  const commits = await commitSeries(tree)
  const output = join(await throwawayFolder(), 'commits')
  const options = ['-a', 'x86_64', '-k', 'tinyconfig', '-C', tree.folder, '-o', output]
  const ended = await runLkft(['commits', '--base', base, ...options])
  expect(ended.stderr).not.toContain('INTERNAL')
  expect(ended.code).toBe(1)
  const record = await checkDocument(
    'commits',
    JSON.parse(await readFile(join(output, 'commits.json'), 'utf8')),
    'commits.json',
  )
  expect(record).toMatchObject({ state: 'done', base })
  expect(record.commits.map(({ sha }) => sha)).toEqual(commits)
  expect(record.commits.map(({ title, effect }) => [title, effect])).toEqual([
    // The warning of the base comes again, for the file is compiled again, and is nobody's fault.
    ['Harmless', 'none'],
    ['Warn', 'warns'],
    ['Break', 'breaks'],
    ['Leave it broken', 'broken'],
    ['Mend', 'mends'],
  ])
  const [, warns, breaks] = record.commits
  expect(warns?.messages).toEqual([expect.stringMatching(/^lib\/two\.c:1: unused variable .*-Wunused-variable/)])
  expect(breaks?.messages.join('\n')).toMatch(/lib\/one\.c:1: .*missing_name/)
  expect(ended.stdout).toContain(`breaks ${commits[2]?.slice(0, 12)} Break`)
  // The user's repository is as it was.
  expect(await runForOutput({ argv: ['git', '-C', tree.folder, 'status', '--porcelain'] })).toBe('')

  const empty = await runLkft(['commits', '--base', 'HEAD', ...options.slice(0, -1), `${output}-2`])
  expect(empty.code).toBe(2)
  expect(empty.stderr).toContain('no commit to build')
  const good = await runLkft([
    'commits',
    '--base',
    base,
    '--head',
    `${commits[0]}`,
    ...options.slice(0, -1),
    `${output}-3`,
  ])
  expect(good.code).toBe(0)
}, 300_000)
