import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import type { Reporter } from '#log/reporter'

const Client = Octokit.plugin(retry, throttling)

/** How often a rate-limited call is tried again before it fails. */
const mostRateRetries = 2

const onLoopback = /^https?:\/\/(?:127\.|localhost[:/])/

/**
 * A GitHub REST client that retries server errors and waits out rate limits, saying so.
 *
 * @param paced keeps writes seconds apart, as GitHub asks of its clients; a server on this machine needs no pauses
 */
export function connect(token: string, apiUrl: string, reporter: Reporter, paced = !onLoopback.test(apiUrl)): Octokit {
  const limited =
    (which: string) =>
    (seconds: number, { method, url }: { method: string; url: string }, _client: unknown, count: number): boolean => {
      reporter.warn(`GitHub's ${which} rate limit: ${method} ${url} waits ${seconds} s`)
      return count < mostRateRetries
    }
  return new Client({
    auth: token,
    baseUrl: apiUrl,
    userAgent: 'lkft',
    log: { debug: () => {}, info: () => {}, warn: (text: string) => reporter.warn(text), error: () => {} },
    throttle: { enabled: paced, onRateLimit: limited('primary'), onSecondaryRateLimit: limited('secondary') },
  })
}
