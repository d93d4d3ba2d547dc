import { type Call, type Handler, sendText, type ServerContext } from '#cache-server/api/context'
import { html, type Html } from '#cache-server/pages/html'
import { sendPage } from '#cache-server/pages/layout'
import { formatSize, formatTtl } from '#cache-server/quantities'
import { orderColumns } from '#cache-server/store/resources'

/** One line of a list, whatever its state. */
interface Line {
  readonly url: string
  readonly ttl: number
  readonly size: number
  readonly length: number | undefined
  readonly lastUsage: number
  readonly usage: number
  readonly status: number | undefined
  readonly pinned: boolean
  readonly message: string | undefined
}

const states = ['scheduled', 'downloading', 'successes', 'failures'] as const
type State = (typeof states)[number]

const perPage = 25

/** Columns by the name that `order` takes. */
const columns: readonly (readonly [string, string])[] = [
  ['url', 'URL'],
  ['ttl', 'TTL'],
  ['content_length', 'size'],
  ['', 'progress'],
  ['last_usage', 'last use'],
  ['usage', 'uses'],
  ['status_code', 'status'],
]

const numeric: ReadonlySet<string> = new Set(['ttl', 'content_length', 'usage'])

/** `/resources/STATE/[PAGE/]?order=[-]COLUMN`, 25 on a page. */
export const resourcesPage: Handler = (context, call) => {
  const match = /^\/resources\/(?:([a-z]+)\/?)?(?:(\d{1,9})\/?)?$/.exec(call.path)
  const state = states.find((one) => one === (match?.[1] ?? 'successes'))
  if (match === null || state === undefined) return sendText(call, 404, 'Not Found\n')
  const live = state === 'scheduled' || state === 'downloading'
  const order = call.query.get('order') ?? (live ? 'url' : '-last_usage')
  if (!Object.hasOwn(orderColumns, order.replace(/^-/, ''))) return sendText(call, 400, 'Invalid sort order\n')
  const page = Number(match[2] ?? 1)
  const { lines, total } = live ? running(context, state, order, page) : finished(context, state, order, page)
  const pages = Math.max(1, Math.ceil(total / perPage))
  if (page < 1 || page > pages) return sendText(call, 404, 'Not Found\n')
  return sendPage(call, titleOf(state, total), table(call, { state, order, page, pages, lines }))
}

function titleOf(state: State, total: number): string {
  return `${state.charAt(0).toUpperCase()}${state.slice(1)} (${total})`
}

interface Listed {
  readonly lines: readonly Line[]
  readonly total: number
}

function finished(context: ServerContext, state: 'successes' | 'failures', order: string, page: number): Listed {
  const total = context.store.resources.totals()[state]
  const resources = context.store.resources.list(state, order, (page - 1) * perPage, perPage)
  return { total, lines: resources.map((one) => ({ ...one, length: one.size })) }
}

function running(context: ServerContext, state: State, order: string, page: number): Listed {
  const lines = [...context.fetcher.flights.values()]
    .filter(({ outcome }) => (outcome?.kind === 'body') === (state === 'downloading'))
    .map(({ url, outcome, life }): Line => {
      const body = outcome?.kind === 'body' ? outcome : undefined
      return {
        url,
        ttl: life.ttl,
        size: body?.body.received ?? 0,
        length: body?.head.length,
        lastUsage: life.lastUsage,
        usage: life.uses,
        status: undefined,
        pinned: false,
        message: undefined,
      }
    })
  const sign = order.startsWith('-') ? -1 : 1
  lines.sort((a, b) => sign * compare(valueOf(a, order), valueOf(b, order)))
  return { total: lines.length, lines: lines.slice((page - 1) * perPage, page * perPage) }
}

function valueOf(line: Line, order: string): string | number {
  switch (orderColumns[order.replace(/^-/, '')]) {
    case 'size':
      return line.size
    case 'ttl':
      return line.ttl
    case 'usage':
      return line.usage
    case 'last_usage':
    case 'created_at':
      return line.lastUsage
    default:
      return line.url
  }
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

interface View {
  readonly state: State
  readonly order: string
  readonly page: number
  readonly pages: number
  readonly lines: readonly Line[]
}

function table(call: Call, view: View): Html {
  const { state, order, page, pages, lines } = view
  const heads = columns.map(([name, label]) => {
    if (name === '') return html`<th>${label}</th>`
    const reversed = order === name ? `-${name}` : name
    const arrow = order === name ? ' ▲' : order === `-${name}` ? ' ▼' : ''
    const kind = numeric.has(name) ? 'number' : ''
    return html`<th class="${kind}"><a href="/resources/${state}/?order=${reversed}">${label}${arrow}</a></th>`
  })
  const link = (to: number, text: string): Html =>
    to < 1 || to > pages ? html`` : html`<a href="/resources/${state}/${to}/?order=${order}">${text}</a> `
  return html`<table>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${lines.map(row)}
      </tbody>
    </table>
    ${lines.length === 0 ? html`<p class="muted">nothing here</p>` : html``}
    <p>${link(page - 1, '← previous')} page ${page} of ${pages} ${link(page + 1, 'next →')}</p>`
}

function row(line: Line): Html {
  const whole = line.length === 0 && line.status === 200
  const percent = whole
    ? 100
    : line.length === undefined || line.length === 0
      ? 0
      : Math.floor((100 * line.size) / line.length)
  const status =
    line.status === undefined ? '' : line.message === undefined ? String(line.status) : `${line.status} ${line.message}`
  return html`<tr>
    <td class="url">${line.url}${line.pinned ? ' 📌' : ''}</td>
    <td class="number">${formatTtl(Math.round(line.ttl))}</td>
    <td class="number">${formatSize(line.length ?? line.size)}</td>
    <td><progress max="100" value="${percent}"></progress></td>
    <td class="time">${new Date(line.lastUsage).toISOString().slice(0, 19).replace('T', ' ')}</td>
    <td class="number">${line.usage}</td>
    <td>${status}</td>
  </tr>`
}
