import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readKnownIssues } from '#report/load-known-issues'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-known-issues-'))
})
afterAll(() => rm(folder, { recursive: true }))

test("a file of LKFT's qa-reports serves, whole or of one project; what is wrong is named with its place", async () => {
  const file = join(folder, 'lkft.yaml')
  const issues = ['ltp/a, projects: [lkft/next]', 'ltp/b'].map(
    (name) => `  - {environments: [x15], test_name: ${name}}\n`,
  )
  await writeFile(file, `projects:\n- projects: [lkft/next, lkft/6.12]\n  known_issues:\n${issues.join('')}`)
  expect((await readKnownIssues(file)).squad_known_issues).toHaveLength(2)
  expect((await readKnownIssues(`${file}#lkft/6.12`)).squad_known_issues).toMatchObject([{ test_name: 'ltp/b' }])
  await writeFile(file, 'projects:\n- known_issues:\n  - environments: [x15]\n')
  await expect(readKnownIssues(file)).rejects.toThrow("/projects/0/known_issues/0: the field 'test_name' is missing")
})
