import { existsSync } from 'node:fs'
import { type Handler, sendJson, sendText, serviceBase } from '#cache-server/api/context'
import { lkftVersion } from '#files/version'
import type { ServerContext } from '#cache-server/api/context'

/** `/api/v1/health/`: 200 `ok`, or 503 while the shutdown file exists. */
export const healthEndpoint: Handler = (context, call) => {
  const closing = existsSync(context.settings.shutdownFile)
  return closing ? sendText(call, 503, 'Graceful shutdown') : sendText(call, 200, 'ok')
}

/** KissCache's numbers: what is there now, and what was since the directory exists. */
export interface Figures {
  readonly usage: number
  readonly quota: number
  /** 0 without a quota. */
  readonly percent: number
  readonly scheduled: number
  readonly downloading: number
  readonly successes: number
  readonly failures: number
  readonly uses: number
}

export function figuresOf(context: ServerContext): Figures {
  const { store, settings, fetcher } = context
  const totals = store.resources.totals()
  const usage = store.blobs.used()
  const { quota } = settings.disk
  const downloading = [...fetcher.flights.values()].filter(({ outcome }) => outcome?.kind === 'body').length
  return {
    usage,
    quota,
    percent: quota === 0 ? 0 : Math.round((usage / quota) * 100),
    scheduled: fetcher.flights.size - downloading,
    downloading,
    successes: totals.successes,
    failures: totals.failures,
    uses: totals.usage,
  }
}

/** `/api/v1/status/`, with KissCache's keys. */
export const statusEndpoint: Handler = (context, call) => {
  const figures = figuresOf(context)
  const counters = context.store.counters.all()
  return sendJson(call, 200, {
    timestamp: new Date(context.now()).toISOString(),
    disk_usage: figures.usage,
    disk_usage_percent: figures.percent,
    disk_quota: figures.quota,
    instance: `${serviceBase(context, call)}/`,
    resources_scheduled: figures.scheduled,
    resources_downloading: figures.downloading,
    resources_successes: figures.successes,
    resources_failures: figures.failures,
    resources_usage: figures.uses,
    statistics_successes: counters.successes,
    statistics_failures: counters.failures,
    statistics_download: counters.download,
    statistics_upload: counters.upload,
    statistics_requests: counters.requests,
    version: lkftVersion(),
  })
}
