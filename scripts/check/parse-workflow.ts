import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { allowJsonImports } from './json-imports.ts'

allowJsonImports()

const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser')
const { parseAction } = await import('@actions/workflow-parser/actions/action-parser')
const { ErrorPolicy } = await import('@actions/workflow-parser/model/convert')

/** `file:line: message` of everything that GitHub's own parser finds wrong with a workflow. */
export async function parseWorkflowFile(root: string, file: string): Promise<readonly string[]> {
  return parseWorkflowText(root, relative(root, file), await readFile(file, 'utf8'))
}

/** The same for a text that is in no file. */
export async function parseWorkflowText(root: string, name: string, content: string): Promise<readonly string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter())
  const provider = {
    // `./`, `$/` and lkft/lkft name files of this repository; the parser reads the callee's inputs from them.
    getFileContent: async (reference: object) => {
      const { path, owner, repository } = reference as { path: string; owner?: string; repository?: string }
      const isOurs = repository === undefined || (owner === 'lkft' && repository === 'lkft')
      if (!isOurs) throw new Error(`${owner}/${repository} is not here`)
      return { name: path, content: await readFile(join(root, path), 'utf8') }
    },
  }
  if (value !== undefined) {
    await convertWorkflowTemplate(context, value, provider, {
      errorPolicy: ErrorPolicy.TryConversion,
      fetchReusableWorkflowDepth: 1,
    })
  }
  return context.errors.getErrors().map((error) => `${name}: ${error.message}`)
}

/** The same for an action.yml. */
export async function parseActionFile(root: string, file: string): Promise<readonly string[]> {
  const name = relative(root, file)
  const { context } = parseAction({ name, content: await readFile(file, 'utf8') }, new NoOperationTraceWriter())
  return context.errors.getErrors().map((error) => `${name}: ${error.message}`)
}
