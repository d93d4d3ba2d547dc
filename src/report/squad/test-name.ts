/** The longest test name SQUAD keeps, in characters; a longer one is dropped without a word. */
const longestName = 256

/**
 * The full name under which SQUAD 1.89 stores a result: the suite `/` and leading
 * slashes before a bare name vanish. Undefined when SQUAD drops the result, because
 * what stands after the suite is longer than 256 characters.
 */
export function squadName(suite: string, test: string): string | undefined {
  const submitted = suite === '/' || suite === '' ? test : `${suite}/${test}`
  const { group, name } = splitName(submitted)
  if (Array.from(name).length > longestName) return undefined
  return group === '' || group === '/' ? name : `${group}/${name}`
}

/**
 * Splits at the last slash; in a name that ends in a bracket the slashes from the
 * first part with an opening bracket on belong to the name (`suite/test[a/b]`).
 */
function splitName(submitted: string): { readonly group: string; readonly name: string } {
  const parts = submitted.split('/')
  const isVariant = parts.length > 1 && submitted.endsWith(']')
  const bracket = isVariant ? parts.findIndex((part) => part.includes('[')) : -1
  const at = bracket === -1 ? parts.length - 1 : bracket
  return { group: parts.slice(0, at).join('/'), name: parts.slice(at).join('/') }
}
