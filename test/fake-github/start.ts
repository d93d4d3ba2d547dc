import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { routes } from './answers.ts'
import { operations } from './description.ts'
import { fill } from './fill.ts'
import type { Answer } from './route.ts'
import { type FakeState, newState } from './state.ts'

export interface FakeGithub extends AsyncDisposable {
  /** Value for GITHUB_API_URL. */
  readonly url: string
  readonly state: FakeState
  readonly server: Server
  /** Answers of ours that GitHub's description does not allow: faults of the fake, which a test must see as none. */
  readonly faults: readonly string[]
}

/**
 * Runs a stateful part of GitHub's REST API on a loopback port. Each request and
 * each answer is checked against a cut of GitHub's own OpenAPI description, and
 * each call against the permissions of its token.
 *
 * @param leave paths that another service on the same server answers
 */
export async function startFakeGithub(
  state: FakeState = newState(),
  leave: (path: string) => boolean = () => false,
): Promise<FakeGithub> {
  const faults: string[] = []
  const server = createServer((request, response) => {
    if (!leave((request.url ?? '/').split('?', 1)[0] ?? '/')) void handle(state, faults, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    server,
    faults,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function handle(state: FakeState, faults: string[], request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const raw = await text(request)
  state.calls.push(`${request.method} ${url.pathname}`)
  const trouble = state.troubles.shift()
  if (trouble !== undefined) {
    response.writeHead(trouble.status, { 'Content-Type': 'application/json', ...trouble.headers })
    response.end(JSON.stringify({ message: 'You have exceeded a rate limit, or something is broken' }))
    return
  }
  const { status, body, more } = attempt(faults, () =>
    answer(state, faults, request, url, raw === '' ? undefined : JSON.parse(raw)),
  )
  const headers: Record<string, string> = { 'Content-Type': 'application/json; charset=utf-8' }
  if (more === true) headers['Link'] = `<${nextPage(url, request.headers.host)}>; rel="next"`
  response.writeHead(status, headers).end(JSON.stringify(body))
}

function nextPage(url: URL, host = ''): string {
  const next = new URL(url)
  next.host = host
  next.searchParams.set('page', String(Number(url.searchParams.get('page') ?? '1') + 1))
  return next.href
}

function attempt(faults: string[], work: () => Answer): Answer {
  try {
    return work()
  } catch (error) {
    faults.push((error as Error).message)
    return refused(500, (error as Error).message)
  }
}

function answer(state: FakeState, faults: string[], request: IncomingMessage, url: URL, body: unknown): Answer {
  const method = request.method ?? ''
  const operation = operations
    .filter((one) => one.method === method)
    .find((one) => one.match(url.pathname) !== undefined)
  const route = operation === undefined ? undefined : routes[`${method} ${operation.path}`]
  if (operation === undefined || route === undefined) return refused(404, `no such call: ${method} ${url.pathname}`)
  const token = state.tokens.get(/^(?:Bearer|token) (\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '')
  if (token === undefined) return refused(401, 'Bad credentials')
  const path = operation.match(url.pathname) ?? {}
  if ('repo' in path && `${path['owner']}/${path['repo']}` !== state.repository) return refused(404, 'Not Found')
  const levels = { read: 1, write: 2 }
  const may = route.permissions.some((permission) => {
    const [scope = '', level = 'read'] = permission.split(':')
    return levels[token.permissions[scope] ?? 'read'] >= levels[level as 'read' | 'write'] && scope in token.permissions
  })
  if (route.permissions.length > 0 && !may) return refused(403, 'Resource not accessible by integration')
  const problem = operation.checkRequest(url.searchParams, body)
  if (problem !== undefined) return refused(422, `Invalid request.\n\n${problem}`)
  const given = route.answer({
    state,
    token,
    path,
    query: url.searchParams,
    body: (body ?? {}) as Record<string, unknown>,
  })
  if (given === undefined) return refused(404, 'Not Found')
  if (given.status >= 400) return given
  const full = fill(operation.responseSchema(given.status), given.body)
  const fault = operation.checkResponse(given.status, full)
  if (fault !== undefined) faults.push(`${method} ${operation.path} ${given.status}: ${fault}`)
  return { ...given, body: full }
}

function refused(status: number, message: string): Answer {
  return { status, body: { message, documentation_url: 'https://docs.github.com/rest' } }
}
