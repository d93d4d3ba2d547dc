import { type Handler, sendJson, type ServerContext } from '#cache-server/api/context'
import { figuresOf } from '#cache-server/api/status'

/** What the live page shows. */
export interface Live {
  readonly figures: Readonly<Record<string, number | string>>
  readonly downloads: readonly {
    readonly url: string
    readonly received: number
    readonly length: number | null
    /** Bytes per second since its start. */
    readonly speed: number
    readonly readers: number
  }[]
  readonly hosts: readonly Readonly<Record<string, number | string>>[]
}

export function liveView(context: ServerContext): Live {
  const { store, fetcher, traffic, health, now } = context
  const figures = figuresOf(context)
  const counters = store.counters.all()
  const asked = counters.hits + counters.misses + counters.coalesced + counters.stale
  const percent = asked === 0 ? 0 : Math.round((100 * (asked - counters.misses)) / asked)
  return {
    figures: {
      ...figures,
      percent: `${figures.percent} %`,
      download: counters.download,
      upload: counters.upload,
      requests: counters.requests,
      hitRatio: `${percent} %`,
      expansion: counters.download === 0 ? '–' : `${(counters.upload / counters.download).toFixed(1)} ×`,
      blobs: store.blobs.count(),
    },
    downloads: [...fetcher.flights.values()].slice(0, 200).map(({ url, outcome, startedAt }) => {
      const body = outcome?.kind === 'body' ? outcome : undefined
      const seconds = Math.max(0.001, (now() - startedAt) / 1000)
      const received = body?.body.received ?? 0
      const speed = Math.round(received / seconds)
      return { url, received, length: body?.head.length ?? null, speed, readers: body?.body.readers ?? 0 }
    }),
    hosts: [...traffic.all()].map(([host, counts]) => {
      const closedSeconds = Math.ceil((health.closedFor(host) ?? 0) / 1000)
      return { host, ...counts, closedSeconds }
    }),
  }
}

/** `/api/v1/live/`: what the live page asks each second. */
export const liveEndpoint: Handler = (context, call) => sendJson(call, 200, liveView(context))
