import { LkftError } from '#errors/lkft-error'

/**
 * Reads a file that the user named.
 *
 * @throws LkftError BAD_ARGUMENT when it cannot be opened or is a directory
 */
export async function readingInput<Result>(file: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a directory'
          : code === 'EACCES'
            ? 'it may not be read'
            : undefined
    if (why === undefined) throw error
    throw new LkftError('BAD_ARGUMENT', `cannot read ${file}: ${why}`, {
      hint: 'Name a console log, or - for standard input.',
    })
  }
}
