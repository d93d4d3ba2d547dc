import { registerHooks } from 'node:module'

/** What the official parser says of one place in a file. */
export interface FileProblem {
  readonly message: string
  readonly line: number | undefined
}

let hooked = false

/** The parser imports JSON without saying so, which Node refuses; bundlers and vitest do not mind. */
function allowPlainJson(): void {
  if (hooked) return
  hooked = true
  registerHooks({
    load: (url, context, next) =>
      url.endsWith('.json') && url.includes('@actions')
        ? next(url, { ...context, importAttributes: { type: 'json' } })
        : next(url, context),
  })
}

/** Checks a workflow with GitHub's own parser; empty when it is right. Called workflows are not looked at. */
export async function checkWorkflow(name: string, content: string): Promise<readonly FileProblem[]> {
  allowPlainJson()
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser')
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter())
  if (value !== undefined) await convertWorkflowTemplate(context, value)
  return context.errors.getErrors().map((error) => ({ message: error.rawMessage, line: error.range?.start.line }))
}
