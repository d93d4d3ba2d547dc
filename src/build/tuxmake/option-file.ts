import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { splitWords } from '#process/split-words'
import { LkftError } from '#errors/lkft-error'

/** Words of TuxMake's `@name`: a file below `$XDG_CONFIG_HOME/tuxmake`, or an absolute path. */
export function readTuxmakeFile(name: string): readonly string[] {
  const config = process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config')
  return readOptionFile(resolve(config, 'tuxmake', name))
}

/**
 * Words of an option file: quoted as for a shell, `#` begins a comment line.
 *
 * @throws LkftError BAD_ARGUMENT when it cannot be read
 */
export function readOptionFile(file: string): readonly string[] {
  try {
    const text = readFileSync(file, 'utf8')
    return splitWords(text.replaceAll(/^\s*#.*$/gm, ''))
  } catch (error) {
    if (error instanceof LkftError) throw error
    throw new LkftError('BAD_ARGUMENT', `cannot read the options of ${file}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
