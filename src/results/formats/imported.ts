import type { TestResult } from '#schema/documents'

/** A result of another tool's file. */
export interface Imported {
  /** Where it ran, when the file says so. */
  readonly environment: string | undefined
  readonly suite: string
  readonly test: string
  readonly status: TestResult['status']
  readonly message: string | undefined
  /** What it measured, when it did. */
  readonly measurement?: number | undefined
  readonly unit?: string | undefined
}

/** Splits `suite/test` at its last slash; a name without one is of the suite `/`. */
export function splitFullName(name: string): { readonly suite: string; readonly test: string } {
  const slash = name.lastIndexOf('/')
  return slash < 1
    ? { suite: '/', test: name.slice(slash + 1) }
    : { suite: name.slice(0, slash), test: name.slice(slash + 1) }
}
