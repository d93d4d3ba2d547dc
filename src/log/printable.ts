import { stripVTControlCharacters } from 'node:util'

/**
 * Text from a build, guest or board as it may be shown on a terminal or in a
 * log: escape sequences, other control characters (tab stays) and bidirectional
 * overrides removed.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(
    /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    '',
  )
}
