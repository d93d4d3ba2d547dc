import { formatDuration } from '#report/format-duration'
import { countsBar } from '#report/html/bar'
import { chips, movement } from '#report/html/cards'
import { markup, type Markup } from '#report/html/markup'
import { fullTestName } from '#results/test-name'
import type { Report } from '#schema/documents'

const mostRows = 2000

/** Environments with their counts, failures drawn first. */
export function environmentTable({ environments }: Report): Markup | undefined {
  if (environments.length === 0) return undefined
  const rows = environments.map(
    ({ name, verdict, counts, kernel, cause, duration_seconds: seconds }) =>
      markup`<tr data-text="${name}">
        <th scope="row"><code>${name}</code>${cause === null ? undefined : markup`<div class="quiet">${cause}</div>`}</th>
        <td>${verdictTag(verdict)}</td>
        <td class="wide">${countsBar(counts)}</td>
        <td class="n">${counts.pass}</td>
        <td class="n ${counts.fail > 0 ? 'bad' : ''}">${counts.fail}</td>
        <td class="n">${counts.skip}</td>
        <td class="n">${counts.xfail}</td>
        <td class="quiet kernel">${kernel ?? ''}</td>
        <td class="n">${formatDuration(seconds)}</td>
      </tr>`,
  )
  return markup`<section>
    <h2>Environments</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Environments">
      <table>
        <thead>
          <tr>
            <th scope="col">environment</th>
            <th scope="col">verdict</th>
            <th scope="col" class="wide">results</th>
            <th scope="col" class="n">pass</th>
            <th scope="col" class="n">fail</th>
            <th scope="col" class="n">skip</th>
            <th scope="col" class="n">xfail</th>
            <th scope="col">kernel</th>
            <th scope="col" class="n">time</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`
}

/** Builds with errors, warnings and time. */
export function buildTable({ builds }: Report): Markup | undefined {
  if (builds.length === 0) return undefined
  const rows = builds.map(
    ({ name, verdict, warnings, errors, duration_seconds: seconds, cause }) =>
      markup`<tr data-text="${name}">
        <th scope="row"><code>${name}</code>${cause === null ? undefined : markup`<div class="quiet">${cause}</div>`}</th>
        <td>${verdictTag(verdict)}</td>
        <td class="n ${errors > 0 ? 'bad' : ''}">${errors}</td>
        <td class="n">${warnings}</td>
        <td class="n">${formatDuration(seconds)}</td>
      </tr>`,
  )
  return markup`<section>
    <h2>Builds</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Builds">
      <table>
        <thead>
          <tr>
            <th scope="col">build</th>
            <th scope="col">verdict</th>
            <th scope="col" class="n">errors</th>
            <th scope="col" class="n">warnings</th>
            <th scope="col" class="n">time</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`
}

/** Compiler messages that are new or gone. */
export function diagnosticTable({ diagnostics }: Report, wanted: 'new' | 'fixed'): Markup | undefined {
  const chosen = diagnostics.filter((diagnostic) => diagnostic.class === wanted)
  if (chosen.length === 0) return undefined
  const rows = chosen.slice(0, mostRows).map(({ build, level, file, line, flag, message, tool }) => {
    const place = file === null ? tool : line === null ? file : `${file}:${line}`
    return markup`<tr data-text="${place} ${message} ${build}">
      <th scope="row"><code>${place}</code></th>
      <td><span class="tag ${level}">${level}</span></td>
      <td><code>${message}</code>${flag === null ? undefined : markup` <span class="quiet">${flag}</span>`}</td>
      <td class="quiet">${build}</td>
    </tr>`
  })
  const heading = wanted === 'new' ? 'New compiler messages' : 'Compiler messages that are gone'
  return markup`<section>
    <h2>${heading} <span class="count">${chosen.length}</span></h2>
    <div class="scroll" tabindex="0" role="region" aria-label="${heading}">
      <table>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${leftOut(chosen.length)}
  </section>`
}

/** All changes of one class, folded. */
export function changeTable(report: Report, wanted: string, title: string): Markup | undefined {
  const builds = report.build_changes.filter((change) => change.class === wanted)
  const crashes = report.crash_changes.filter((change) => change.class === wanted)
  const tests = report.changes.filter((change) => change.class === wanted)
  const rows = [
    ...builds.map(({ build, before, after }) => row(`build ${build}`, undefined, movement(before, after), undefined)),
    ...crashes.map(({ crash, environments, known_issue: known }) =>
      row(`${crash.kind}: ${crash.title}`, environments, undefined, known?.title),
    ),
    ...tests.map(({ suite, test, environments, before, after, evidence, known_issue: known }) =>
      row(
        fullTestName({ suite, test }),
        environments,
        movement(before, after),
        known === null ? evidence : known.title,
      ),
    ),
  ]
  if (rows.length === 0) return undefined
  return markup`<details class="fold">
    <summary>${title} <span class="count">${rows.length}</span></summary>
    <div class="scroll" tabindex="0" role="region" aria-label="${title}">
      <table>
        <tbody>
          ${rows.slice(0, mostRows)}
        </tbody>
      </table>
    </div>
    ${leftOut(rows.length)}
  </details>`
}

function row(name: string, environments: readonly string[] | undefined, moved: Markup | undefined, note = ''): Markup {
  return markup`<tr data-text="${name} ${(environments ?? []).join(' ')}">
    <th scope="row"><code>${name}</code></th>
    <td>${moved}</td>
    <td>${environments === undefined ? undefined : chips(environments)}</td>
    <td class="quiet">${note}</td>
  </tr>`
}

function verdictTag(verdict: string | null): Markup {
  return markup`<span class="tag v-${verdict ?? 'cancelled'}">${verdict ?? 'cut off'}</span>`
}

function leftOut(count: number): Markup | undefined {
  return count <= mostRows ? undefined : markup`<p class="quiet">${count - mostRows} more are in report.json.</p>`
}
