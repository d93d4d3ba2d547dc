import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createActionsService, type ActionsService } from '#cache-server/actions/service'
import type { JobIdentity } from '#cache-server/actions/token'
import { openStore } from '#cache-server/store/store'

export interface RunningActionsServices extends AsyncDisposable {
  /** Value for ACTIONS_RESULTS_URL and ACTIONS_CACHE_URL, with a final slash. */
  readonly url: string
  readonly service: ActionsService
  /** A value for ACTIONS_RUNTIME_TOKEN. */
  readonly mint: (job: JobIdentity, lifeSeconds?: number) => string
}

export interface StartOptions {
  /** Made when missing; what is there from before is served again. */
  readonly directory: string
  /** Takes the requests whose path is the services'; a server of its own on a free loopback port when absent. */
  readonly server?: Server
  readonly port?: number
  /** 0 is no limit, and the default. */
  readonly quota?: number
}

/**
 * Runs GitHub's cache and artifact services inside this process, for local runs
 * of workflows and for tests. With `server`, that server's other requests stay
 * its own: mount this before its own `request` listener looks at the path, and
 * let that one return when `service.owns(path)`.
 */
export async function startActionsServices(options: StartOptions): Promise<RunningActionsServices> {
  const store = await openStore(
    options.directory,
    { quota: options.quota ?? 0, softPercent: 100, idleSeconds: 0 },
    Date.now,
  )
  const service = createActionsService({ store })
  const server = options.server ?? createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 })
  server.on('request', (request, response) => {
    if (service.owns(new URL(request.url ?? '/', 'http://localhost').pathname)) void service.handle(request, response)
    else if (options.server === undefined) response.writeHead(404, { 'Content-Length': '0' }).end()
  })
  if (options.server === undefined) {
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  }
  const upkeep = setInterval(() => void service.sweep().then(() => store.flush()), 10_000)
  upkeep.unref()
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    service,
    mint: service.mint,
    [Symbol.asyncDispose]: async () => {
      clearInterval(upkeep)
      if (options.server === undefined) {
        server.closeAllConnections()
        await new Promise<void>((resolve) => server.close(() => resolve()))
      }
      store.close()
    },
  }
}
