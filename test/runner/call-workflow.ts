import { type Flow, type JobOutcome, needsKept } from './flow.ts'
import { flowScope } from './flow-scope.ts'
import type { Origin } from './git-store.ts'
import { isFork } from './github-context.ts'
import { beyond, readPermissions, shrink } from './permissions.ts'
import { combine } from './result.ts'
import type { JobCall } from './job-call.ts'
import { evaluateString, evaluateTemplate, scalarText } from './templates.ts'
import { readInputs } from './triggers.ts'
import { type InputDefinition, InvalidFile, parseWorkflow, type WorkflowDefinition } from './workflow-file.ts'

/** Levels of called workflows, with the one that the event started. Source: GitHub's limits. */
const deepest = 10
/** Different workflow files that one run may call. */
const mostCalled = 50

interface CallDeclaration {
  readonly inputs?: Readonly<Record<string, InputDefinition | null>>
  readonly secrets?: Readonly<Record<string, { readonly required?: boolean } | null>>
  readonly outputs?: Readonly<Record<string, { readonly value?: unknown } | null>>
}

/** Runs a job that is a call of another workflow file. @throws InvalidFile for a call that GitHub would refuse */
export async function callWorkflow({ name, definition, flow, scope, signal, needs }: JobCall): Promise<JobOutcome> {
  const { origin, path } = await locate(definition.uses ?? '', flow)
  if (flow.depth + 1 > deepest) throw new InvalidFile(`${path}: workflows are called more than ${deepest} levels deep`)
  flow.called.add(`${origin.repository}/${path}@${origin.sha}`)
  if (flow.called.size > mostCalled) throw new InvalidFile(`${path}: more than ${mostCalled} workflows are called`)
  const text = await flow.host.git.file(origin, path)
  if (text === undefined)
    throw new InvalidFile(`error parsing called workflow "${definition.uses}": workflow was not found.`)
  const workflow = parseWorkflow(text, path)
  if (!('workflow_call' in workflow.on))
    throw new InvalidFile(`${path}: workflow is not reusable as it is missing a \`on.workflow_call\` trigger`)
  const declared = (workflow.on['workflow_call'] ?? {}) as CallDeclaration
  const given = evaluateTemplate(definition.with ?? {}, scope) as Record<string, unknown>
  const inner: Flow = {
    ...flow,
    workflow,
    origin,
    path,
    inputs: readInputs(withDefaults(declared.inputs ?? {}, flow), given, 'referenced workflow'),
    secrets: passSecrets(definition.secrets, declared, { flow, scope, path }),
    limit: limitOf(definition.permissions, workflow, flow, path),
    prefix: `${flow.prefix}${name} / `,
    depth: flow.depth + 1,
    signal,
    env: {},
    // What this job needs ran again, so everything in it does.
    previous: needsKept(needs) ? flow.previous : undefined,
  }
  const outcomes = await flow.runJobs(inner)
  const jobs = Object.fromEntries(outcomes)
  const outputScope = flowScope(inner, { jobs })
  const outputs = Object.entries(declared.outputs ?? {}).map(
    ([output, value]) => [output, evaluateString(value?.value ?? '', outputScope)] as const,
  )
  const all = [...outcomes.values()]
  return {
    result: combine(all.map(({ result }) => result)),
    outputs: Object.fromEntries(outputs),
    kept: all.every(({ kept }) => kept),
  }
}

/** Defaults may hold expressions; they see what the calling workflow's `github`, `inputs` and `vars` are. */
function withDefaults(
  inputs: NonNullable<CallDeclaration['inputs']>,
  flow: Flow,
): Readonly<Record<string, InputDefinition | null>> {
  const scope = flowScope(flow, {})
  const evaluated = Object.entries(inputs).map(([name, input]) => {
    const isExpression = typeof input?.default === 'string' && input.default.includes('${{')
    return [name, isExpression ? { ...input, default: evaluateTemplate(input.default, scope) } : input] as const
  })
  return Object.fromEntries(evaluated)
}

async function locate(uses: string, flow: Flow): Promise<{ readonly origin: Origin; readonly path: string }> {
  if (uses.startsWith('./') || uses.startsWith('$/')) return { origin: flow.origin, path: uses.slice(2) }
  const match = /^([^/@]+\/[^/@]+)\/([^@]+)@(.+)$/.exec(uses)
  if (match === null) throw new InvalidFile(`invalid workflow reference '${uses}'`)
  const [, repository = '', path = '', ref = ''] = match
  return { origin: await flow.host.git.resolve(repository, ref), path }
}

function passSecrets(
  written: JobCall['definition']['secrets'],
  declared: CallDeclaration,
  { flow, scope, path }: { readonly flow: Flow; readonly scope: JobCall['scope']; readonly path: string },
): Readonly<Record<string, string>> {
  if (written === 'inherit') return flow.secrets
  const withSecrets = { ...scope, contexts: { ...scope.contexts, secrets: flow.secrets } }
  const given = evaluateTemplate(written ?? {}, withSecrets) as Record<string, unknown>
  for (const name of Object.keys(given)) {
    if (!(name in (declared.secrets ?? {})))
      throw new InvalidFile(`${path}: Invalid secret, ${name} is not defined in the referenced workflow.`)
  }
  for (const [name, secret] of Object.entries(declared.secrets ?? {})) {
    // A fork's run has no secrets, so a required one cannot be there.
    if (secret?.required === true && !(name in given) && !isFork(flow.run)) {
      throw new InvalidFile(`${path}: Secret ${name} is required, but not provided while calling.`)
    }
  }
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, scalarText(value)]))
}

/** What the called workflow's tokens may do: no more than the calling job's. */
function limitOf(written: unknown, called: WorkflowDefinition, flow: Flow, path: string): NonNullable<Flow['limit']> {
  const outer = flow.limit ?? flow.host.defaultPermissions
  const own = readPermissions(written) ?? readPermissions(flow.workflow.permissions) ?? outer
  const limit = flow.limit === undefined ? own : shrink(own, flow.limit)
  const asked = [called.permissions, ...Object.values(called.jobs).map((job) => job.permissions)].flatMap((one) => {
    const wanted = readPermissions(one)
    return wanted === undefined ? [] : beyond(wanted, limit)
  })
  if (asked.length > 0) {
    throw new InvalidFile(
      `${path}: the workflow is requesting '${[...new Set(asked)].join(', ')}', but is only allowed '${Object.entries(
        limit,
      )
        .map(([scope, level]) => `${scope}: ${level}`)
        .join(', ')}'`,
    )
  }
  return limit
}
