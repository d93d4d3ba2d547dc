import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { finished } from 'node:stream/promises'
import { printable } from '#log/printable'
import type { Run } from '#schema/documents'

const style = `body{margin:0;font:13px/1.45 ui-monospace,monospace;background:#fff;color:#1b1f24}
header{padding:12px 16px;border-bottom:1px solid #d0d7de;font-family:system-ui,sans-serif}
h1{font-size:16px;margin:0 0 6px}ul{margin:0;padding-left:18px}
main{padding:8px 0}
main div{white-space:pre-wrap;overflow-wrap:anywhere;min-height:1.45em;padding:0 16px 0 84px;text-indent:-84px}main div:target,main div.crash{background:#fff1e5}
a{display:inline-block;width:56px;margin:0 12px;text-align:right;text-indent:0;color:#6e7781;text-decoration:none}
header a{display:inline;margin:0;color:#0969da}.p0,.p1,.p2,.p3{color:#a40e26}.p4{color:#7d4e00}.p7{color:#57606a}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}header{border-color:#30363d}
main div:target,main div.crash{background:#3a2a12}header a{color:#58a6ff}.p0,.p1,.p2,.p3{color:#ff7b72}.p4{color:#d29922}
a,.p7{color:#8b949e}}`

/** Lines shown; a console that says more is cut, and says so. */
const mostLines = 200_000

/**
 * Writes console.html from console.log: every line has an anchor `L<n>`, colours are
 * those of printk's levels, and each event is linked and marked. The page asks nothing of
 * any server and runs nothing.
 */
export async function writeConsoleHtml(log: string, to: string, run: Run): Promise<void> {
  const out = createWriteStream(to)
  const done = finished(out)
  done.catch(() => {})
  const write = async (text: string): Promise<void> => {
    if (!out.write(text)) await Promise.race([once(out, 'drain'), done])
  }
  await write(head(run))
  const crashed = new Set(run.crashes.map(({ line }) => line))
  const input = createReadStream(log)
  let number = 0
  for await (const raw of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    if (number > mostLines) break
    const [, level, rest = ''] = /^(?:<(\d{1,3})>)?(.*)$/s.exec(printable(raw)) ?? []
    const classes = [
      ...(level === undefined ? [] : [`p${Number(level) & 7}`]),
      ...(crashed.has(number) ? ['crash'] : []),
    ]
    const named = classes.length === 0 ? '' : ` class="${classes.join(' ')}"`
    await write(`<div id="L${number}"${named}><a href="#L${number}">${number}</a>${escape(rest)}</div>\n`)
  }
  input.destroy()
  await write(number > mostLines ? `</main><p>Cut after ${mostLines} lines; console.log has all.</p>\n` : '</main>\n')
  out.end('</body></html>\n')
  await done
}

function head(run: Run): string {
  const hash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`
  const title = escape(printable(`${run.environment}: ${run.verdict ?? run.state}`))
  const crashes = run.crashes.map(
    ({ line, kind, title: said, test }) =>
      `<li><a href="#L${line}">line ${line}</a> ${kind}: ${escape(printable(said))}${test === null ? '' : ` (in ${escape(printable(test))})`}</li>`,
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${hash}; base-uri 'none'; form-action 'none'">
<title>${title}</title><style>${style}</style></head><body>
<header><h1>${title}</h1>${crashes.length === 0 ? '' : `<ul>${crashes.join('')}</ul>`}</header>
<main>
`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
