import { getInput, getMultilineInput } from '@actions/core'
import { LkftError } from '#errors/lkft-error'
import { unknownName } from '#errors/nearest-names'

/** Reads the inputs of an action as the runner passes them; an error names the input and what to write instead. */
export interface InputReader {
  /** The trimmed text; `undefined` when it is empty. */
  text(name: string): string | undefined
  /** The trimmed text. @throws LkftError BAD_ARGUMENT when it is empty */
  required(name: string): string
  /** One entry a line; empty lines are dropped. */
  lines(name: string): readonly string[]
  /** Entries separated by commas, spaces or newlines. */
  words(name: string): readonly string[]
  /** `name=value` lines. */
  pairs(name: string): Readonly<Record<string, string>>
  /** true or false, as YAML 1.2 writes them; `otherwise` when it is empty. */
  flag(name: string, otherwise: boolean): boolean
  /** A number above 0. */
  positive(name: string): number | undefined
  /** One of `allowed`; `otherwise` when it is empty. */
  choice<const Name extends string>(name: string, allowed: readonly Name[], otherwise: Name): Name
}

/** An input reader over the environment of this process. */
export function readInputs(): InputReader {
  const text = (name: string): string | undefined => {
    const value = getInput(name)
    return value === '' ? undefined : value
  }
  const lines = (name: string): readonly string[] => getMultilineInput(name).filter((line) => line !== '')
  return {
    text,
    lines,
    required: (name) => {
      const value = text(name)
      if (value === undefined) throw bad(name, 'is required and was not given')
      return value
    },
    words: (name) => (text(name) ?? '').split(/[\s,]+/).filter((word) => word !== ''),
    pairs: (name) => Object.fromEntries(lines(name).map((line) => pair(name, line))),
    flag: (name, otherwise) => {
      const value = text(name)
      if (value === undefined) return otherwise
      if (/^(true|True|TRUE)$/.test(value)) return true
      if (/^(false|False|FALSE)$/.test(value)) return false
      throw bad(name, `is ${JSON.stringify(value)}; it can be true or false`)
    },
    positive: (name) => {
      const value = text(name)
      if (value === undefined) return undefined
      const number = Number(value)
      if (!Number.isFinite(number) || number <= 0) throw bad(name, `is ${JSON.stringify(value)}; it must be above 0`)
      return number
    },
    choice: (name, allowed, otherwise) => {
      const value = text(name)
      if (value === undefined) return otherwise
      const known = allowed.find((each) => each === value)
      if (known === undefined) throw unknownName(`input ${name}`, value, allowed)
      return known
    },
  }
}

function pair(name: string, line: string): [string, string] {
  const at = line.indexOf('=')
  if (at < 1) throw bad(name, `has the line ${JSON.stringify(line)}; each line must be NAME=VALUE`)
  return [line.slice(0, at), line.slice(at + 1)]
}

function bad(name: string, why: string): LkftError {
  return new LkftError('BAD_ARGUMENT', `input ${name} ${why}`, { hint: `Correct '${name}' under 'with:'.` })
}
