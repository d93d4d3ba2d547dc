import { type Handler, sendBytes, type ServerContext } from '#cache-server/api/context'
import { figuresOf } from '#cache-server/api/status'

interface Metric {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  readonly samples: readonly (readonly [labels: string, value: number])[]
}

/** `/metrics`, in Prometheus' text format. */
export const metricsEndpoint: Handler = (context, call) =>
  sendBytes(call, 200, 'text/plain; version=0.0.4; charset=utf-8', metrics(context).map(format).join(''))

function metrics(context: ServerContext): readonly Metric[] {
  const { store, fetcher, traffic } = context
  const figures = figuresOf(context)
  const counters = store.counters.all()
  const hosts = [...traffic.all()]
  const one = (value: number): Metric['samples'] => [['', value]]
  const perHost = (pick: (counts: (typeof hosts)[number][1]) => number): Metric['samples'] =>
    hosts.map(([host, counts]) => [`{host="${escapeLabel(host)}"}`, pick(counts)])
  const counted = Object.entries(counters).map(([name, value]): Metric => {
    const bytes = name === 'upload' || name === 'download' ? '_bytes' : ''
    return {
      name: `lkft_cache_${name}${bytes}_total`,
      type: 'counter',
      help: `${name.replaceAll('_', ' ')} since the directory exists`,
      samples: one(value),
    }
  })
  return [
    ...counted,
    { name: 'lkft_cache_disk_used_bytes', type: 'gauge', help: 'bytes of blobs', samples: one(figures.usage) },
    { name: 'lkft_cache_disk_quota_bytes', type: 'gauge', help: 'quota, 0 is none', samples: one(figures.quota) },
    {
      name: 'lkft_cache_disk_reserved_bytes',
      type: 'gauge',
      help: 'bytes promised to running downloads',
      samples: one(store.space.reserved()),
    },
    { name: 'lkft_cache_blobs', type: 'gauge', help: 'contents kept', samples: one(store.blobs.count()) },
    {
      name: 'lkft_cache_resources',
      type: 'gauge',
      help: 'resources by state',
      samples: (['scheduled', 'downloading', 'successes', 'failures'] as const).map((state) => [
        `{state="${state}"}`,
        figures[state],
      ]),
    },
    { name: 'lkft_cache_flights', type: 'gauge', help: 'downloads that run', samples: one(fetcher.flights.size) },
    {
      name: 'lkft_cache_resident_bytes',
      type: 'gauge',
      help: 'memory of the process',
      samples: one(process.memoryUsage.rss()),
    },
    {
      name: 'lkft_cache_host_requests_total',
      type: 'counter',
      help: 'requests by upstream host',
      samples: perHost(({ requests }) => requests),
    },
    {
      name: 'lkft_cache_host_hits_total',
      type: 'counter',
      help: 'requests served without a download',
      samples: perHost(({ hits }) => hits),
    },
    {
      name: 'lkft_cache_host_failures_total',
      type: 'counter',
      help: 'failed answers by upstream host',
      samples: perHost(({ failures }) => failures),
    },
    {
      name: 'lkft_cache_host_upload_bytes_total',
      type: 'counter',
      help: 'bytes really sent to clients',
      samples: perHost(({ up }) => up),
    },
  ]
}

function format({ name, type, help, samples }: Metric): string {
  const lines = samples.map(([labels, value]) => `${name}${labels} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function escapeLabel(text: string): string {
  return text
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)
}
