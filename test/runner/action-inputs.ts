import type { Action } from './action-file.ts'
import type { Scope } from './expressions.ts'
import type { StepLog } from './step-log.ts'
import { evaluateString } from './templates.ts'
import type { StepDefinition } from './workflow-file.ts'

const alwaysValid = new Set(['entrypoint', 'args'])

/** Inputs of an action: what the step gives and the defaults of the rest, all as text. @throws ExpressionFailure */
export function actionInputs(
  step: StepDefinition,
  action: Action,
  scope: Scope,
  log: StepLog,
): Readonly<Record<string, string>> {
  const declared = action.definition.inputs ?? {}
  const byName = new Map(Object.keys(declared).map((name) => [name.toLowerCase(), name]))
  const inputs: Record<string, string> = {}
  const unexpected: string[] = []
  for (const [name, value] of Object.entries(step.with ?? {})) {
    const known = byName.get(name.toLowerCase())
    if (known === undefined && !alwaysValid.has(name.toLowerCase())) unexpected.push(name)
    inputs[known ?? name] = evaluateString(value, scope)
    const deprecated = known === undefined ? undefined : declared[known]?.deprecationMessage
    if (deprecated !== undefined)
      log.issue('warning', `Input '${name}' has been deprecated with message: ${deprecated}`)
  }
  if (unexpected.length > 0) {
    const valid = Object.keys(declared).map((name) => `'${name}'`)
    log.issue(
      'warning',
      `Unexpected input(s) ${unexpected.map((name) => `'${name}'`).join(', ')}, valid inputs are [${valid.join(', ')}]`,
    )
  }
  for (const [name, input] of Object.entries(declared)) {
    inputs[name] ??= evaluateString(input?.default ?? '', defaultsScope(scope))
  }
  return inputs
}

/** Variables `INPUT_*` of a JavaScript action. */
export function inputEnvironment(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  )
}

/** A default sees less than the step does. */
function defaultsScope({ contexts, functions }: Scope): Scope {
  const { github, strategy, matrix, job, runner } = contexts
  return { contexts: { github, strategy, matrix, job, runner }, ...(functions === undefined ? {} : { functions }) }
}
