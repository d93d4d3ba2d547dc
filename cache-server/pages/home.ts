import { type Handler, serviceBase } from '#cache-server/api/context'
import { html, type Html } from '#cache-server/pages/html'
import { sendPage } from '#cache-server/pages/layout'

/** The downloads and hosts that live.js fills in. */
export const liveTables: Html = html`<h2>Downloads in progress</h2>
  <table id="downloads">
    <thead>
      <tr>
        <th>URL</th>
        <th>progress</th>
        <th class="number">received</th>
        <th class="number">speed</th>
        <th class="number">readers</th>
      </tr>
    </thead>
    <tbody></tbody>
  </table>
  <p id="downloads-empty" class="muted">none now</p>
  <h2>Upstream hosts since the start</h2>
  <table id="hosts">
    <thead>
      <tr>
        <th>host</th>
        <th class="number">requests</th>
        <th class="number">from the cache</th>
        <th class="number">downloaded</th>
        <th class="number">served</th>
        <th class="number">failures</th>
        <th>state</th>
      </tr>
    </thead>
    <tbody></tbody>
  </table>
  <p id="hosts-empty" class="muted">none yet</p>`

/** `/`: makes the cached URL of a URL, and shows what goes on. */
export const homePage: Handler = (context, call) => {
  const prefix = `${serviceBase(context, call)}/api/v1/fetch/`
  const content = html`<p>
      Put this before the URL of a file and it is downloaded once for everybody: <code>${prefix}?url=</code>
    </p>
    <label for="address">URL</label>
    <input id="address" type="url" placeholder="https://example.org/rootfs.ext4.xz" autocomplete="off" />
    <output id="prefixed" for="address" data-prefix="${prefix}"></output>
    ${liveTables}`
  return sendPage(call, 'Each file enters the lab once', content, 'live.js')
}

/** `/help/`: how to use the cache, and whether the asking address may. */
export const helpPage: Handler = (context, call) => {
  const prefix = `${serviceBase(context, call)}/api/v1/fetch/`
  const { networks } = context.clients
  const allowed = context.clients.mayFetch(call.client)
  const hosts = context.settings.allow.map(
    ({ host, ports }) =>
      html`<li><code>${ports.length === 0 ? host : `${host}, ports ${ports.join(', ')}`}</code></li>`,
  )
  const content = html`<p>
      Your address is <code>${call.client}</code>; it ${allowed ? 'may' : 'may not'} use this cache.
      ${networks.length === 0 ? 'Every address may.' : `These may: ${networks.join(', ')}.`}
    </p>
    <h2>Fetch a file</h2>
    <pre>
${prefix}?url=URL&amp;ttl=TTL
${prefix}NAME?url=URL</pre>
    <ul>
      <li><code>url</code> must be percent-encoded: an inner <code>&amp;</code> would end it.</li>
      <li>
        <code>ttl</code> is a number and <code>d</code>, <code>h</code>, <code>m</code> or <code>s</code>; without it
        ${context.settings.defaultTtlSeconds} s. A later request can shorten the life, never extend it.
      </li>
      <li><code>sha256</code> is the digest that the file must have: other bytes are refused and not kept.</li>
      <li>
        <code>NAME</code> is the name that a browser or <code>wget --content-disposition</code> saves the file by.
      </li>
    </ul>
    <h2>Hosts that may be fetched from</h2>
    <ul>
      ${hosts.length === 0 ? html`<li class="muted">none: list them under <code>allow:</code> or with <code>--allow-host</code></li>` : hosts}
    </ul>
    <h2>LAVA dispatcher</h2>
    <pre>http_url_format_string: "${prefix}?url=%s"</pre>`
  return sendPage(call, 'Help', content)
}
