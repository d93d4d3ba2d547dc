import { type Call, sendBytes } from '#cache-server/api/context'
import { html, Html } from '#cache-server/pages/html'
import { lkftVersion } from '#files/version'

/** Only this server's own style and script; nothing is fetched from elsewhere, nothing frames it. */
const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const places: readonly (readonly [string, string])[] = [
  ['/', 'Home'],
  ['/statistics/', 'Statistics'],
  ['/resources/scheduled/', 'Scheduled'],
  ['/resources/downloading/', 'Downloading'],
  ['/resources/successes/', 'Successes'],
  ['/resources/failures/', 'Failures'],
  ['/help/', 'Help'],
]

/** Sends one page of the web interface. */
export function sendPage(call: Call, title: string, content: Html, script?: string): number {
  const links = places.map(([path, name]) =>
    path === call.path ? html`<a href="${path}" aria-current="page">${name}</a>` : html`<a href="${path}">${name}</a>`,
  )
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · lkft cache</title>
        <link rel="icon" href="/static/icon.svg" />
        <link rel="stylesheet" href="/static/page.css" />
        ${script === undefined ? html`` : html`<script src="/static/${script}" defer></script>`}
      </head>
      <body>
        <header>
          <strong>lkft cache</strong>
          <nav>${links}</nav>
        </header>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
        <footer>lkft ${lkftVersion()}</footer>
      </body>
    </html> `
  return sendBytes(call, 200, 'text/html; charset=utf-8', page.text, {
    'Content-Security-Policy': policy,
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  })
}
