import { data, Evaluator, type Expr, Lexer, Parser } from '@actions/expressions'
import type { FunctionDefinition } from '@actions/expressions/funcs/info'

/** What an expression can see: contexts by name (plain values or expression data) and functions beyond the built-in ones. */
export interface Scope {
  readonly contexts: Readonly<Record<string, unknown>>
  readonly functions?: readonly FunctionDefinition[]
}

/** An expression that cannot be parsed or evaluated; the message is for the log. */
export class ExpressionFailure extends Error {}

/** A dictionary whose keys differ by case, as environment variables do on Linux. */
export class CaseSensitiveDictionary extends data.Dictionary {
  readonly #values = new Map<string, data.ExpressionData>()

  override add(key: string, value: data.ExpressionData): void {
    this.#values.set(key, value)
  }

  override get(key: string): data.ExpressionData | undefined {
    return this.#values.get(key)
  }

  override values(): data.ExpressionData[] {
    return [...this.#values.values()]
  }

  override pairs(): { key: string; value: data.ExpressionData }[] {
    return [...this.#values].map(([key, value]) => ({ key, value }))
  }
}

/** The `env` context: names differ by case. */
export function environmentData(environment: Readonly<Record<string, string>>): CaseSensitiveDictionary {
  const dictionary = new CaseSensitiveDictionary()
  for (const [name, value] of Object.entries(environment)) dictionary.add(name, new data.StringData(value))
  return dictionary
}

/** A plain value as expression data; expression data stays as it is. */
function toData(value: unknown): data.ExpressionData {
  if (isData(value)) return value
  if (value === null || value === undefined) return new data.Null()
  if (typeof value === 'string') return new data.StringData(value)
  if (typeof value === 'boolean') return new data.BooleanData(value)
  if (typeof value === 'number') return new data.NumberData(value)
  if (Array.isArray(value)) return new data.Array(...value.map(toData))
  const pairs = Object.entries(value as Record<string, unknown>).map(([key, item]) => ({ key, value: toData(item) }))
  return new data.Dictionary(...pairs)
}

/** Expression data as a plain value. */
export function fromData(value: data.ExpressionData): unknown {
  switch (value.kind) {
    case data.Kind.Null:
      return null
    case data.Kind.String:
    case data.Kind.Boolean:
      return value.value
    case data.Kind.Number:
      return value.value
    case data.Kind.Array:
      return value.values().map(fromData)
    default:
      return Object.fromEntries(value.pairs().map((pair) => [pair.key, fromData(pair.value)]))
  }
}

function isData(value: unknown): value is data.ExpressionData {
  return typeof value === 'object' && value !== null && 'coerceString' in value
}

/** Parses one expression, without `${{ }}`. @throws ExpressionFailure */
function parseExpression(text: string, scope: Scope): Expr {
  try {
    const { tokens } = new Lexer(text).lex()
    return new Parser(tokens, Object.keys(scope.contexts), [...(scope.functions ?? [])]).parse()
  } catch (error) {
    throw new ExpressionFailure(`The template is not valid. ${(error as Error).message}`, { cause: error })
  }
}

/** Evaluates one expression, without `${{ }}`. @throws ExpressionFailure */
export function evaluate(text: string, scope: Scope): data.ExpressionData {
  const expression = parseExpression(text, scope)
  const pairs = Object.entries(scope.contexts).map(([key, value]) => ({ key, value: toData(value) }))
  const functions = new Map((scope.functions ?? []).map((one) => [one.name.toLowerCase(), one]))
  try {
    return new Evaluator(expression, new data.Dictionary(...pairs), functions).evaluate()
  } catch (error) {
    throw new ExpressionFailure(`The template is not valid. ${(error as Error).message}`, { cause: error })
  }
}

/** True as GitHub's `if` has it: not false, 0, -0, NaN, '' or null. */
export function isTruthy(value: data.ExpressionData): boolean {
  const plain = value.primitive ? fromData(value) : true
  return Boolean(plain)
}
