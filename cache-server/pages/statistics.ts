import type { Handler } from '#cache-server/api/context'
import { liveView } from '#cache-server/api/live'
import { figuresOf } from '#cache-server/api/status'
import { html } from '#cache-server/pages/html'
import { sendPage } from '#cache-server/pages/layout'
import { liveTables } from '#cache-server/pages/home'
import { formatSize } from '#cache-server/quantities'

/** `/statistics/`: how full the disk is and what the cache saved. */
export const statisticsPage: Handler = (context, call) => {
  const figures = figuresOf(context)
  const counters = context.store.counters.all()
  const { figures: shown } = liveView(context)
  const level = figures.percent >= 85 ? 'danger' : figures.percent >= 60 ? 'warning' : 'success'
  const finished = figures.successes + figures.failures
  const average = finished === 0 ? '–' : String(Math.round(figures.uses / finished))
  const tile = (name: string, label: string, value: string | number, as = ''): ReturnType<typeof html> =>
    html`<li><b data-figure="${name}" data-as="${as}">${value}</b>${label}</li>`
  const quota = figures.quota === 0 ? 'no limit' : formatSize(figures.quota)
  const content = html`<h2>Disk</h2>
    <p>
      <progress class="${level}" max="100" value="${Math.min(100, figures.percent)}"></progress>
      ${formatSize(figures.usage)} of ${quota}${figures.quota === 0 ? '' : ` (${figures.percent} %)`}
    </p>
    <h2>Traffic</h2>
    <ul class="tiles">
      ${tile('download', 'downloaded', formatSize(counters.download), 'bytes')}
      ${tile('upload', 'served', formatSize(counters.upload), 'bytes')}
      ${tile('expansion', 'expansion ratio', shown['expansion'] ?? '–')}
      ${tile('requests', 'files served', counters.requests)}
      ${tile('hitRatio', 'without a download', shown['hitRatio'] ?? '–')}
      ${tile('average', 'average uses of a resource', average)}
    </ul>
    <h2>Resources</h2>
    <table>
      <thead>
        <tr>
          <th></th>
          <th class="number">now</th>
          <th class="number">ever</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <td>scheduled</td>
          <td class="number" data-figure="scheduled">${figures.scheduled}</td>
          <td></td>
        </tr>
        <tr>
          <td>downloading</td>
          <td class="number" data-figure="downloading">${figures.downloading}</td>
          <td></td>
        </tr>
        <tr>
          <td>successes</td>
          <td class="number" data-figure="successes">${figures.successes}</td>
          <td class="number">${counters.successes}</td>
        </tr>
        <tr>
          <td>failures</td>
          <td class="number" data-figure="failures">${figures.failures}</td>
          <td class="number">${counters.failures}</td>
        </tr>
      </tbody>
    </table>
    ${liveTables}`
  return sendPage(call, 'Statistics', content, 'live.js')
}
