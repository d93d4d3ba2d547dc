import { LkftError } from '#errors/lkft-error'

/** `KEY=value`. @throws LkftError BAD_ARGUMENT */
export function readParameter(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at > 0 && /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(text.slice(0, at))) return [text.slice(0, at), text.slice(at + 1)]
  throw new LkftError('BAD_ARGUMENT', `--parameter '${text}' is not KEY=value`)
}

/** A value of a few letters would be masked everywhere. */
const shortestSecret = 4

/** `NAME`, whose value the environment has, or `NAME=value`. @throws LkftError BAD_ARGUMENT */
export function readSecret(text: string): [string, string] {
  const at = text.indexOf('=')
  const name = at < 0 ? text : text.slice(0, at)
  const value = at < 0 ? process.env[name] : text.slice(at + 1)
  if (!/^[A-Za-z_]\w*$/.test(name) || value === undefined) {
    throw new LkftError('BAD_ARGUMENT', `--secret '${name}' is no variable of the environment`)
  }
  if (value.length >= shortestSecret) return [name, value]
  throw new LkftError('BAD_ARGUMENT', `--secret '${name}' is shorter than ${shortestSecret} characters`)
}

/** `SUITE=MINUTES`. @throws LkftError BAD_ARGUMENT */
export function readSuiteTimeout(text: string): [string, number] {
  const at = text.lastIndexOf('=')
  if (at > 0) return [text.slice(0, at), positive(text.slice(at + 1))]
  throw new LkftError('BAD_ARGUMENT', `--suite-timeout '${text}' is not SUITE=MINUTES`)
}

/** @throws LkftError BAD_ARGUMENT for text that is no positive number */
export function positive(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new LkftError('BAD_ARGUMENT', `'${text}' is not a positive number`)
}
