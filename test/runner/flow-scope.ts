import type { Scope } from './expressions.ts'
import type { Flow } from './flow.ts'
import { githubContext } from './github-context.ts'

/** What expressions of a job see before it runs on a machine. */
export function flowScope(flow: Flow, contexts: Readonly<Record<string, unknown>>): Scope {
  const github = githubContext(flow.run, { workspace: '', eventPath: flow.eventPath, token: '', jobId: '' })
  return { contexts: { github, inputs: flow.inputs, vars: flow.host.options.variables ?? {}, ...contexts } }
}
