import type { Send } from '#cache-server/tier/bucket'

/** Pages of a thousand keys that are read at most. */
const mostPages = 20

/** Every key that begins so, without the bucket's own prefix; of very many the first. */
export async function listKeys(send: Send, prefix: string, start: string): Promise<readonly string[]> {
  const keys: string[] = []
  let token: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const query = { 'list-type': '2', prefix: prefix + start, ...(token && { 'continuation-token': token }) }
    const { text } = await send('GET', '', { query })
    for (const [, key = ''] of text.matchAll(/<Key>([^<]*)<\/Key>/g)) keys.push(key.slice(prefix.length))
    token = /<NextContinuationToken>([^<]+)</.exec(text)?.[1]
    if (token === undefined) break
  }
  return keys
}
