import { readFileSync } from 'node:fs'

let known: string | undefined

/** The version of this lkft, from the nearest package.json that is lkft's; `unknown` in a bundle without one. */
export function lkftVersion(): string {
  known ??= read()
  return known
}

function read(): string {
  for (const place of ['./package.json', '../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as Record<
        string,
        unknown
      >
      if (name === 'lkft' && typeof version === 'string') return version
    } catch {
      // Not there: look one folder further up.
    }
  }
  return 'unknown'
}
