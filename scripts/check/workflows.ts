import { glob, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parse } from 'yaml'
import { parseActionFile, parseWorkflowFile } from './parse-workflow.ts'
import { readRepository, type Workflow } from './workflow-model.ts'
import { checkWorkflow } from './workflow-rules.ts'

/** Everything wrong with the workflows, examples and actions of a repository, by GitHub's parser and by our rules. */
export async function checkWorkflows(root: string): Promise<readonly string[]> {
  const problems: string[] = []
  const repository = await readRepository(root)
  for (const name of repository.actions.keys()) {
    problems.push(...(await parseActionFile(root, join(root, 'actions', name, 'action.yml'))))
  }
  for await (const path of glob(['.github/workflows/*.yml', 'examples/**/.github/workflows/*.yml'], { cwd: root })) {
    const file = join(root, path)
    const found = await parseWorkflowFile(root, file)
    problems.push(...found)
    if (found.length > 0) continue
    const workflow = parse(await readFile(file, 'utf8')) as Workflow
    for (const problem of checkWorkflow(workflow, repository)) problems.push(`${relative(root, file)}: ${problem}`)
  }
  return problems
}

if (import.meta.main) {
  const problems = await checkWorkflows(join(import.meta.dirname, '../..'))
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length === 0 ? 0 : 1
}
