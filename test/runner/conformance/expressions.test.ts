import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { holds } from '../conditions.ts'
import { evaluate, fromData } from '../expressions.ts'
import { evaluateString } from '../templates.ts'

interface Cases {
  readonly contexts: Readonly<Record<string, unknown>>
  readonly groups: readonly { readonly about: string; readonly cases: readonly (readonly [string, unknown])[] }[]
  readonly errors: readonly (readonly [string, string])[]
  readonly text: readonly (readonly [string, string])[]
  readonly differs: readonly (readonly [string, string, string])[]
  readonly conditions: readonly (readonly [string, boolean, boolean, boolean])[]
}

const file = join(import.meta.dirname, 'expressions.yml')
const { contexts, groups, errors, text, conditions, differs } = parse(readFileSync(file, 'utf8')) as Cases
const scope = { contexts }

for (const { about, cases } of groups) {
  test.each(cases)(`${about}: %s is %j`, (expression, value) => {
    expect(fromData(evaluate(expression, scope))).toEqual(value)
  })
}

test.each(errors)('%s is refused: %s', (expression, message) => {
  expect(() => evaluate(expression, scope)).toThrow(message)
})

test.each(text)('%s in a line is %j', (expression, value) => {
  expect(evaluateString(`<\${{ ${expression} }}>`, scope)).toBe(`<${value}>`)
})

test.each(conditions)('if: %s holds after success %s, failure %s, cancelling %s', (condition, ...wanted) => {
  const states = ['success', 'failure', 'cancelled']
  const found = states.map((state) =>
    holds(condition, scope, {
      success: () => state === 'success',
      failure: () => state === 'failure',
      cancelled: () => state === 'cancelled',
    }),
  )
  expect(found).toEqual(wanted)
})

test.each(differs)('%s, which the runner makes %s, is %s here', (expression, theirs, ours) => {
  const found = evaluateString(`\${{ format('{0}', ${expression}) }}`, scope)
  expect(found).toBe(ours)
  expect(found).not.toBe(theirs)
})
