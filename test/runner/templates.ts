import type { data } from '@actions/expressions'
import { evaluate, ExpressionFailure, fromData, type Scope } from './expressions.ts'

type Part = { readonly text: string } | { readonly expression: string }

/**
 * Splits a string at its `${{ }}`; quotes inside an expression are respected.
 *
 * @throws ExpressionFailure when one is not closed
 */
export function splitTemplate(text: string): readonly Part[] {
  const parts: Part[] = []
  let position = 0
  while (position < text.length) {
    const start = text.indexOf('${{', position)
    if (start < 0) break
    if (start > position) parts.push({ text: text.slice(position, start) })
    const end = findEnd(text, start + 3)
    if (end < 0) {
      throw new ExpressionFailure(
        `The expression is not closed. An unescaped \${{ sequence was found, but the closing }} sequence was not found.`,
      )
    }
    parts.push({ expression: text.slice(start + 3, end).trim() })
    position = end + 2
  }
  if (position < text.length) parts.push({ text: text.slice(position) })
  return parts
}

function findEnd(text: string, from: number): number {
  let quoted = false
  for (let at = from; at < text.length; at++) {
    if (text[at] === "'") quoted = !quoted
    else if (!quoted && text.startsWith('}}', at)) return at
  }
  return -1
}

/** A string with every expression put in as text. @throws ExpressionFailure */
export function evaluateString(text: unknown, scope: Scope): string {
  const value = evaluateTemplate(text, scope)
  return scalarText(value)
}

/**
 * A value of a workflow file with every expression in it evaluated. A string that
 * is one expression gives that expression's value; `${{ insert }}` merges a mapping.
 *
 * @throws ExpressionFailure
 */
export function evaluateTemplate(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return evaluateText(value, scope)
  if (Array.isArray(value)) return value.flatMap((item) => evaluateItem(item, scope))
  if (typeof value !== 'object' || value === null) return value
  const result: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    const evaluated = evaluateTemplate(item, scope)
    if (/^\$\{\{\s*insert\s*\}\}$/.test(key)) Object.assign(result, evaluated)
    else result[scalarText(evaluateText(key, scope))] = evaluated
  }
  return result
}

/** An item that is one expression giving a list is that list's items. */
function evaluateItem(item: unknown, scope: Scope): unknown[] {
  const value = evaluateTemplate(item, scope)
  return typeof item === 'string' && Array.isArray(value) ? value : [value]
}

function evaluateText(text: string, scope: Scope): unknown {
  if (!text.includes('${{')) return text
  const parts = splitTemplate(text)
  const [only] = parts
  if (parts.length === 1 && only !== undefined && 'expression' in only) return fromData(one(only.expression, scope))
  return parts.map((part) => ('text' in part ? part.text : one(part.expression, scope).coerceString())).join('')
}

function one(expression: string, scope: Scope): data.ExpressionData {
  if (expression === '') throw new ExpressionFailure('An expression was expected')
  return evaluate(expression, scope)
}

/** A scalar as GitHub writes it into text; lists and mappings are told by their kind. */
export function scalarText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? 'Array' : 'Object'
}
