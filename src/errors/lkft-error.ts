import { errorCatalogue, type ErrorCode, type Fault } from '#errors/catalogue'

export interface LkftErrorOptions {
  /** What the user can change to get further, in one sentence. */
  readonly hint?: string
  readonly cause?: unknown
}

/**
 * The one error that lkft throws on purpose: a catalogue code, a message of one
 * line and, where there is one, a hint that tells the user what to change.
 */
export class LkftError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: LkftErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'LkftError'
    this.code = code
    this.hint = options.hint
  }

  get fault(): Fault {
    return errorCatalogue[this.code].fault
  }
}

/** Turns anything thrown into an `LkftError`; `ENOSPC` and `EDQUOT` become `DISK_FULL`. */
export function toLkftError(thrown: unknown): LkftError {
  if (thrown instanceof LkftError) return thrown
  const { code, message } = describe(thrown)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new LkftError('DISK_FULL', message, {
      cause: thrown,
      hint: 'Free some space or choose another --output-dir.',
    })
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return new LkftError('NOT_WRITABLE', message, { cause: thrown })
  }
  return new LkftError('INTERNAL', message, { cause: thrown })
}

function describe(thrown: unknown): { code: string | undefined; message: string } {
  if (!(thrown instanceof Error)) return { code: undefined, message: String(thrown) }
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
  return { code, message: thrown.message.split('\n', 1)[0] ?? thrown.message }
}
