import { readFileSync } from 'node:fs'
import { type Handler, sendBytes, sendText } from '#cache-server/api/context'

const files: Readonly<Record<string, { readonly place: URL; readonly type: string }>> = {
  'icon.svg': { place: new URL('./icon.svg', import.meta.url), type: 'image/svg+xml' },
  'live.js': { place: new URL('./live.js', import.meta.url), type: 'text/javascript; charset=utf-8' },
  'page.css': { place: new URL('./page.css', import.meta.url), type: 'text/css; charset=utf-8' },
}

/** `/static/NAME`: the style, the script and the icon of the pages. */
export const staticFile: Handler = (_, call) => {
  const name = call.path.slice('/static/'.length)
  const file = Object.hasOwn(files, name) ? files[name] : undefined
  if (file === undefined) return sendText(call, 404, 'Not Found\n')
  return sendBytes(call, 200, file.type, readFileSync(file.place, 'utf8'), { 'Cache-Control': 'max-age=300' })
}
