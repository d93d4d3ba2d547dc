import { describeMetric } from '#report/describe-metric'
import { markup, type Markup } from '#report/html/markup'
import { fullTestName } from '#results/test-name'
import type { Report } from '#schema/documents'

const words = { regression: 'worse', provisional: 'perhaps worse', improvement: 'better', limit: 'beyond its limit' }

/** Measurements that changed by more than their noise or crossed a limit. */
export function metricTable({ metric_changes: changes = [] }: Report): Markup | undefined {
  if (changes.length === 0) return undefined
  const rows = changes.map(
    (change) =>
      markup`<tr data-text="${fullTestName(change)} ${change.environment}">
        <th scope="row"><code>${fullTestName(change)}</code></th>
        <td><code>${change.environment}</code></td>
        <td class="${change.class === 'improvement' ? '' : 'bad'}">${words[change.class]}</td>
        <td>${describeMetric(change)}</td>
        <td class="quiet">${change.evidence}</td>
      </tr>`,
  )
  return markup`<section>
    <h2>Measurements <span class="count">${changes.length}</span></h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Measurements">
      <table>
        <thead>
          <tr>
            <th scope="col">measurement</th>
            <th scope="col">environment</th>
            <th scope="col">change</th>
            <th scope="col">median</th>
            <th scope="col">seen in</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`
}
