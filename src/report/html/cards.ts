import { markup, type Markup } from '#report/html/markup'
import type { Report } from '#schema/documents'

const longestMessage = 4096
const mostCards = 500

/** Builds, crashes and tests of one class as cards with message, evidence and reproducer. */
export function incidentCards(report: Report, wanted: 'regression' | 'new-failure'): Markup[] {
  const cards = [
    ...report.build_changes.filter((change) => change.class === wanted).map(buildCard),
    ...report.crash_changes.filter((change) => change.class === wanted).map(crashCard),
    ...report.changes.filter((change) => change.class === wanted).map(testCard),
  ]
  const left = cards.length - mostCards
  if (left > 0) cards.splice(mostCards, left, markup`<p class="quiet">${left} more are in report.json.</p>`)
  return cards
}

function testCard(change: Report['changes'][number]): Markup {
  const { suite, test, environments, before, after, evidence, message, reproduce } = change
  return markup`<article class="card" data-text="${suite}/${test} ${environments.join(' ')}">
    <h3>${suite === '/' ? undefined : markup`<span class="suite">${suite}/</span>`}${test}</h3>
    <p class="facts">${movement(before, after)}${chips(environments)}</p>
    <p class="quiet">${evidence}${sureness(change)}</p>
    ${messageBlock(message)}${commandBlock(reproduce)}
  </article>`
}

function sureness({ confirmed }: Report['changes'][number]): Markup | undefined {
  if (confirmed === undefined) return undefined
  return confirmed ? markup`; <strong>confirmed</strong>` : markup`; not confirmed by re-runs yet`
}

function crashCard({ crash, environments, reproduce }: Report['crash_changes'][number]): Markup {
  const trace = crash.trace.length === 0 ? null : crash.trace.map((name) => ` ${name}`).join('\n')
  const during = crash.test === null ? markup`` : markup` while <code>${crash.test}</code> ran`
  return markup`<article class="card" data-text="${crash.title} ${environments.join(' ')}">
    <h3><span class="tag crash">${crash.kind}</span> ${crash.title}</h3>
    <p class="facts">${chips(environments)}</p>
    <p class="quiet">
      never seen in the baseline; signature <code>${crash.signature}</code>, console line ${crash.line}${during}
    </p>
    ${messageBlock(trace, 'Call trace')}${commandBlock(reproduce)}
  </article>`
}

function buildCard({ build, before, after, message, reproduce }: Report['build_changes'][number]): Markup {
  return markup`<article class="card" data-text="build ${build}">
    <h3><span class="tag">build</span> ${build}</h3>
    <p class="facts">${movement(before, after)}</p>
    ${messageBlock(message)}${commandBlock(reproduce)}
  </article>`
}

/** `pass → fail` in colours. */
export function movement(before: string | null, after: string | null): Markup {
  return markup`<span class="move">${status(before)}<span class="arrow" aria-label="to">→</span>${status(after)}</span>`
}

function status(value: string | null): Markup {
  const text = value ?? 'none'
  const name = /^[a-z]+$/.test(text) ? text : 'mixed'
  return markup`<span class="status s-${name}">${text}</span>`
}

/** Environment names. */
export function chips(names: readonly string[]): Markup {
  const shown = names.slice(0, 40).map((name) => markup`<span class="chip">${name}</span>`)
  return markup`<span class="chips"
    >${shown}${names.length > 40 ? markup`<span class="chip">+${names.length - 40}</span>` : undefined}</span
  >`
}

function messageBlock(message: string | null, title = 'Message'): Markup | undefined {
  if (message === null || message.trim() === '') return undefined
  return markup`<pre class="message" aria-label="${title}" tabindex="0">${message.slice(0, longestMessage)}</pre>`
}

function commandBlock(reproduce: string | null): Markup | undefined {
  if (reproduce === null) return undefined
  return markup`<div class="command">
    <pre aria-label="Reproduce" tabindex="0">${reproduce}</pre>
    <button type="button" class="copy" hidden>Copy</button>
  </div>`
}
