import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Place } from '#cache-server/settings'
import { LkftError } from '#errors/lkft-error'

/** Descriptors that systemd opened for this process (sd_listen_fds): the service's and that of the pages. */
export interface Inherited {
  readonly service?: number
  readonly pages?: number
}

/** systemd counts from here. */
const firstDescriptor = 3

/** The name that the pages' socket has in its unit (`FileDescriptorName=`). */
const pagesName = 'pages'

/** Reads LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES; nothing when they are meant for another process. */
export function inheritedSockets(
  env: Readonly<Record<string, string | undefined>> = process.env,
  pid: number = process.pid,
): Inherited {
  if (env['LISTEN_PID'] !== String(pid)) return {}
  const count = Number(env['LISTEN_FDS'] ?? 0)
  const names = (env['LISTEN_FDNAMES'] ?? '').split(':')
  const all = Array.from({ length: count }, (_, i) => ({ descriptor: firstDescriptor + i, name: names[i] ?? '' }))
  const service = all.find(({ name }) => name !== pagesName)
  const pages = all.find(({ name }) => name === pagesName)
  return {
    ...(service === undefined ? {} : { service: service.descriptor }),
    ...(pages === undefined ? {} : { pages: pages.descriptor }),
  }
}

/**
 * Listens on an address, or on a socket that is open already.
 *
 * @returns the URL
 * @throws LkftError BAD_ARGUMENT
 */
export async function listen(server: Server, { host, port }: Place, descriptor?: number): Promise<string> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      if (descriptor === undefined) server.listen({ host, port, backlog: 4096 }, resolve)
      else server.listen({ fd: descriptor }, resolve)
    })
  } catch (error) {
    const where = descriptor === undefined ? `${host}:${port}` : `the inherited socket ${descriptor}`
    const message = `cannot listen on ${where}: ${(error as Error).message}`
    throw new LkftError('BAD_ARGUMENT', message, { cause: error, hint: 'Choose another --listen ADDRESS:PORT.' })
  }
  return urlOf(server)
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}
