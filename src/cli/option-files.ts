import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { readOptionFile } from '#build/tuxmake/option-file'
import { LkftError } from '#errors/lkft-error'

/** Files may name files; deeper than this they name each other. */
const deepest = 10

/**
 * Replaces each `@name` that `isFile` accepts by the words of that file: the
 * file `name` of `$XDG_CONFIG_HOME/lkft`, or a path when it holds a slash. In
 * a file, every word that begins with @ is one.
 *
 * @throws LkftError BAD_ARGUMENT for a file that cannot be read
 */
export function expandOptionFiles(
  words: readonly string[],
  isFile: (word: string) => boolean,
  depth = 0,
): readonly string[] {
  if (depth > deepest) throw new LkftError('BAD_ARGUMENT', `option files name each other: ${words.join(' ')}`)
  return words.flatMap((word) =>
    isFile(word)
      ? expandOptionFiles(readOptionFile(pathOf(word.slice(1))), (inner) => /^@./.test(inner), depth + 1)
      : [word],
  )
}

function pathOf(name: string, environment: NodeJS.ProcessEnv = process.env): string {
  const config = environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config')
  return name.includes('/') ? resolve(name) : join(config, 'lkft', name)
}
