// Keeps the figures and the list of running downloads on a page current.
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

function size(bytes) {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 2 ** (10 * power)
  return `${power === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[power]}`
}

function cell(row, text, kind) {
  const td = row.insertCell()
  td.textContent = text
  if (kind) td.className = kind
  return td
}

function showTable(id, rows, fill) {
  const body = document.querySelector(`#${id} tbody`)
  if (!body) return
  body.replaceChildren()
  for (const one of rows) fill(body.insertRow(), one)
  const empty = document.querySelector(`#${id}-empty`)
  if (empty) empty.hidden = rows.length > 0
}

async function update() {
  const response = await fetch('/api/v1/live/')
  const live = await response.json()
  for (const [name, value] of Object.entries(live.figures)) {
    const place = document.querySelector(`[data-figure="${name}"]`)
    if (place) place.textContent = place.dataset.as === 'bytes' ? size(value) : String(value)
  }
  showTable('downloads', live.downloads, (row, one) => {
    cell(row, one.url, 'url')
    const bar = document.createElement('progress')
    bar.max = one.length ?? 1
    if (one.length !== null) bar.value = one.received
    cell(row, '').append(bar)
    cell(row, one.length === null ? size(one.received) : `${size(one.received)} of ${size(one.length)}`, 'number')
    cell(row, `${size(one.speed)}/s`, 'number')
    cell(row, String(one.readers), 'number')
  })
  showTable('hosts', live.hosts, (row, one) => {
    cell(row, one.host)
    cell(row, String(one.requests), 'number')
    cell(row, `${one.requests === 0 ? 0 : Math.round((100 * one.hits) / one.requests)} %`, 'number')
    cell(row, size(one.down), 'number')
    cell(row, size(one.up), 'number')
    cell(row, String(one.failures), 'number')
    cell(row, one.closedSeconds > 0 ? `left alone for ${one.closedSeconds} s` : 'open')
  })
}

async function keepUpdating() {
  try {
    await update()
  } catch {
    // The server may be restarting: the next turn asks again.
  }
  setTimeout(keepUpdating, 1000)
}

void keepUpdating()

const address = document.querySelector('#address')
const prefixed = document.querySelector('#prefixed')
address?.addEventListener('input', () => {
  const url = address.value.trim()
  prefixed.textContent = url === '' ? '' : `${prefixed.dataset.prefix}?url=${encodeURIComponent(url)}`
})
