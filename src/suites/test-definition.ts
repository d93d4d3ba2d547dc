import { parseDocument } from 'yaml'
import { LkftError } from '#errors/lkft-error'
import type { Suite } from '#suites/suite'
import { textOf } from '#suites/test-list'

/** A test definition in LAVA's format, version 1.0. */
export interface TestDefinition {
  /** `metadata.name`, in characters that a file name can have. */
  readonly name: string
  readonly description: string
  /** Defaults of what the steps read as `$KEY`. */
  readonly parameters: Readonly<Record<string, string>>
  /** Packages that it would install; lkft installs none. */
  readonly dependencies: readonly string[]
  /** Shell lines before and in the test. */
  readonly install: readonly string[]
  readonly steps: readonly string[]
}

/** Minutes a definition has when nobody says. */
const defaultMinutes = 20

/**
 * Reads a test definition.
 *
 * @param from named in errors
 * @throws LkftError BAD_ARGUMENT that says which part is missing or wrong
 */
export function readTestDefinition(text: string, from: string): TestDefinition {
  const document = parseDocument(text)
  const [problem] = document.errors
  if (problem !== undefined) throw bad(from, problem.message.split('\n')[0] ?? 'no YAML')
  const root = record(document.toJS({ maxAliasCount: 100 }))
  if (root === undefined) throw bad(from, 'it is no mapping')
  const metadata = record(root['metadata'])
  const name = metadata?.['name']
  if (typeof name !== 'string' || name.trim() === '') throw bad(from, 'metadata.name is missing')
  const run = record(root['run'])
  const steps = lines(run?.['steps'])
  if (steps.length === 0) throw bad(from, 'run.steps is missing or empty')
  const install = record(root['install'])
  return {
    name: name.trim().replaceAll(/[^\w.-]+/g, '-'),
    description: textOf(metadata?.['description']).trim(),
    parameters: Object.fromEntries(
      Object.entries(record(root['params']) ?? record(root['parameters']) ?? {}).map(([key, value]) => [
        key,
        checkedKey(key, from) ? textOf(value) : '',
      ]),
    ),
    dependencies: lines(install?.['deps']),
    install: lines(install?.['steps']),
    steps,
  }
}

/** The shell script that runs a definition in its folder, as LAVA would: it ends at the first step that fails. */
export function definitionScript(definition: TestDefinition, folder: string): string {
  const defaults = Object.entries(definition.parameters).map(([key, value]) => `: "\${${key}=${doubleQuoted(value)}}"`)
  return [
    '#!/bin/sh',
    'set -e',
    ...defaults,
    `cd ${quoted(folder)}`,
    ...definition.install,
    ...definition.steps,
    '',
  ].join('\n')
}

/** The suite of a definition: one test, whose signals are the results. */
export function suiteOfDefinition(definition: TestDefinition): Suite {
  return {
    name: definition.name,
    kind: 'lava',
    summary: definition.description.split('\n')[0] ?? '',
    timeoutMinutes: defaultMinutes,
    needsKconfig: [],
    needsPrograms: [],
    devices: [],
    parameters: { DEFINITION: definition.name },
  }
}

function checkedKey(key: string, from: string): boolean {
  if (/^[A-Za-z_]\w*$/.test(key)) return true
  throw bad(from, `'${key}' in params is no name that a shell variable can have`)
}

function lines(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((line) => line !== null && line !== undefined).map(String) : []
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function doubleQuoted(text: string): string {
  return text.replaceAll(/[\\"$`}]/g, String.raw`\$&`)
}

function bad(from: string, why: string): LkftError {
  return new LkftError('BAD_ARGUMENT', `${from} is no test definition: ${why}`)
}
