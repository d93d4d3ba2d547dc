import type { Dispatcher } from 'undici'
import type { ParentSettings } from '#cache-server/settings'
import { type Exchange, openExchange } from '#cache-server/upstream/exchange'

/** How long an answer of the parent may take before it is asked whether it waits itself; then in such steps. */
const askAfterMs = 200

export const sentHeader = 'x-lkft-sent-via'
const answerMs = 2000
const largestAnswer = 64 * 1024

/**
 * Which files this server waits for at its parent. Two servers that are each other's
 * parents, asked for one file at the same moment, wait for each other's download: `Via`
 * shows nothing, since neither request goes further. So one who waits asks along the
 * chain of those who wait for the file whether it leads back here.
 */
export interface ParentWaits {
  /**
   * Runs a request to the parent.
   *
   * @param via what it is sent with
   * @param open sends it; its signal is aborted when this server has to go to upstream itself
   * @returns undefined when it has to: of a circle it is the server whose name comes first
   */
  readonly during: (
    href: string,
    via: string,
    open: (signal: AbortSignal) => Promise<Exchange>,
  ) => Promise<Exchange | undefined>
  /**
   * The servers of the circle that `via` has come round, in any order; empty when the chain ends here.
   *
   * @param sent the `Via` with which the last of them waits for this server
   */
  readonly follow: (href: string, via: string, sent: string) => Promise<readonly string[]>
}

export function createParentWaits(dispatcher: Dispatcher, parent: ParentSettings, self: string): ParentWaits {
  const waiting = new Map<string, string>()

  const ask = async (href: string, via: string, sent: string): Promise<readonly string[]> => {
    const url = new URL('/api/v1/waits/', parent.url)
    url.searchParams.set('url', href)
    const token = parent.token === undefined ? {} : { 'x-lkft-token': parent.token }
    try {
      const signal = AbortSignal.timeout(answerMs)
      const exchange = await openExchange(dispatcher, {
        url,
        method: 'GET',
        signal,
        headers: { ...token, via, [sentHeader]: sent },
      })
      return exchange.status === 200 ? readNames(await readText(exchange)) : []
    } catch {
      return []
    }
  }

  const follow = async (href: string, via: string, sent: string): Promise<readonly string[]> => {
    // Its request came through here: it is refused as a loop, so it does not wait.
    if (namesIn(sent).includes(self)) return []
    const names = namesIn(via)
    const before = names.indexOf(self)
    if (before !== -1) return names.slice(before)
    const own = waiting.get(href)
    return own === undefined ? [] : ask(href, `${via}, 1.1 ${self}`, own)
  }

  return {
    follow,
    during: async (href, via, open) => {
      const circle = new AbortController()
      let answered = false
      waiting.set(href, via)
      const look = async (): Promise<void> => {
        const names = await ask(href, `1.1 ${self}`, via)
        if (answered) return
        if (names.includes(self) && names.toSorted()[0] === self) circle.abort()
        else timer = setTimeout(() => void look(), askAfterMs)
      }
      let timer = setTimeout(() => void look(), askAfterMs)
      try {
        return await open(circle.signal)
      } catch (error) {
        if (circle.signal.aborted) return undefined
        throw error
      } finally {
        answered = true
        clearTimeout(timer)
        waiting.delete(href)
      }
    },
  }
}

/** The names in a `Via`, in the order of the way. */
export function namesIn(via: string): readonly string[] {
  return via.split(',').flatMap((hop) => hop.trim().split(/\s+/)[1] ?? [])
}

function readNames(text: string): readonly string[] {
  const { circle } = JSON.parse(text) as { circle?: unknown }
  return Array.isArray(circle) ? circle.filter((name) => typeof name === 'string') : []
}

async function readText(exchange: Exchange): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  await exchange.readBody((chunk) => {
    size += chunk.length
    if (size > largestAnswer) exchange.abort()
    else chunks.push(chunk)
  })
  return Buffer.concat(chunks).toString('utf8')
}
