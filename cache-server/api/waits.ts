import { sentHeader } from '#cache-server/upstream/parent-circle'
import { type Handler, sendJson, sendText } from '#cache-server/api/context'

/**
 * `/api/v1/waits/?url=U`, asked by a cache server whose parent this is: `{"circle": […]}`
 * with the servers that wait for each other's download of U, empty when nobody does.
 */
export const waitsEndpoint: Handler = async (context, call) => {
  const { request, query } = call
  if (!context.clients.mayFetch(call.client)) return sendText(call, 403, `${call.client} may not use this cache\n`)
  if (context.settings.requireToken) {
    const bearer = context.tokens.bearerOf(request)
    if (bearer === 'limited' || bearer?.may('read') !== true)
      return sendText(call, 401, 'a token with scope read is needed\n', { 'WWW-Authenticate': 'Bearer' })
  }
  const url = URL.parse(query.get('url') ?? '')
  if (url === null) return sendText(call, 400, "'url' should be specified\n")
  const { via = '', [sentHeader]: sent = '' } = request.headers
  const circle = await context.waits?.follow(url.href, via, String(sent))
  return sendJson(call, 200, { circle: circle ?? [] })
}
