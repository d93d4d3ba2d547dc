import { data } from '@actions/expressions'
import type { FunctionDefinition } from '@actions/expressions/funcs/info'
import { evaluate, isTruthy, type Scope } from './expressions.ts'
import { scalarText, splitTemplate } from './templates.ts'

/** What the status functions answer where they are asked. */
export interface StatusAnswers {
  readonly success: () => boolean
  readonly failure: () => boolean
  readonly cancelled: () => boolean
}

const statusCall = /\b(?:always|cancelled|failure|success)\s*\(/i

/** `always()`, `success()`, `failure()` and `cancelled()`. */
function statusFunctions(answers: StatusAnswers): readonly FunctionDefinition[] {
  const define = (name: string, answer: () => boolean, maxArgs = 0): FunctionDefinition => ({
    name,
    minArgs: 0,
    maxArgs,
    call: () => new data.BooleanData(answer()),
  })
  return [
    define('always', () => true),
    define('cancelled', answers.cancelled),
    define('failure', answers.failure, 255),
    define('success', answers.success, 255),
  ]
}

/**
 * Whether an `if` holds. Without a status function of its own it holds only while
 * `success()` does, as on GitHub.
 *
 * @throws ExpressionFailure
 */
export function holds(condition: unknown, scope: Scope, answers: StatusAnswers): boolean {
  const whole: Scope = { ...scope, functions: [...(scope.functions ?? []), ...statusFunctions(answers)] }
  const text = conditionText(condition)
  if (text === '') return answers.success()
  const full = statusCall.test(withoutStrings(text)) ? text : `success() && (${text})`
  return isTruthy(evaluate(full, whole))
}

/** `holds` for a condition asked again when something is cancelled; one that cannot be evaluated now does not hold. */
export function stillHolds(condition: unknown, scope: Scope, answers: StatusAnswers): boolean {
  try {
    return holds(condition, scope, answers)
  } catch {
    return false
  }
}

/** The expression of an `if`: with or without `${{ }}`, text around an expression makes a string of the whole. */
function conditionText(condition: unknown): string {
  if (condition === undefined || condition === null) return ''
  if (typeof condition !== 'string') return scalarText(condition)
  const text = condition.trim()
  if (!text.includes('${{')) return text
  const parts = splitTemplate(text)
  const [only] = parts
  if (parts.length === 1 && only !== undefined && 'expression' in only) return only.expression
  const pieces = parts.map((part) => ('text' in part ? quote(part.text) : part.expression))
  return `format('${parts.map((_, index) => `{${index}}`).join('')}', ${pieces.join(', ')})`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function withoutStrings(text: string): string {
  return text.replaceAll(/'(?:[^']|'')*'/g, "''")
}
