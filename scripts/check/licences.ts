import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Licences that a bundle may contain: permissive, and compatible with MIT. */
const allowed = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT-0'])

interface LockedPackage {
  readonly license?: string
  readonly dev?: boolean
  readonly optional?: boolean
}

/**
 * Packages that could end up in a bundle under a licence that is not on the
 * list, or without one; read from package-lock.json, so nothing is installed.
 */
export function findForbiddenLicences(lock: {
  readonly packages: Readonly<Record<string, LockedPackage>>
}): readonly string[] {
  return Object.entries(lock.packages)
    .filter(([path, { dev, optional }]) => path !== '' && dev !== true && optional !== true)
    .filter(([, { license }]) => !isAllowed(license ?? ''))
    .map(([path, { license }]) => `${path.replace(/^.*node_modules\//, '')}: ${license ?? 'no licence'}`)
}

/** `MIT OR X` is allowed when one side is; `MIT AND X` when both are. */
function isAllowed(expression: string): boolean {
  const text = expression.replaceAll(/[()]/g, '')
  return text.split(' OR ').some((part) => part.split(' AND ').every((one) => allowed.has(one.trim())))
}

if (import.meta.main) {
  const lock = JSON.parse(await readFile(join(import.meta.dirname, '../../package-lock.json'), 'utf8'))
  const found = findForbiddenLicences(lock)
  for (const problem of found) console.error(problem)
  process.exitCode = found.length === 0 ? 0 : 1
}
