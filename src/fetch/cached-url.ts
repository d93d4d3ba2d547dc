import { LkftError } from '#errors/lkft-error'

/**
 * The URL that asks a cache server for `url`.
 *
 * @throws LkftError BAD_ARGUMENT when either is no http or https URL
 */
export function cachedUrl(cacheServer: string, url: string): string {
  const base = httpUrl(cacheServer, 'cache server')
  httpUrl(url, 'URL')
  return `${base.href.replace(/\/+$/, '')}/api/v1/fetch/?url=${encodeURIComponent(url)}`
}

function httpUrl(text: string, what: string): URL {
  const url = URL.parse(text)
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  throw new LkftError('BAD_ARGUMENT', `${what} '${text}' is no http or https URL`)
}
