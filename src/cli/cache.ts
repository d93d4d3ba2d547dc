import type { Command } from 'commander'

interface ServeOptions {
  readonly dir: string
  readonly config?: string
  readonly listen?: string
  readonly allowHost: readonly string[]
}

/** `lkft cache`: the cache server and what one can ask of it. */
export function define(command: Command): void {
  command
    .command('serve')
    .description('download each file once for any number of clients; allows no upstream host until told')
    .requiredOption('--dir <dir>', 'directory of the cache; made when missing')
    .option('--config <file>', 'configuration (schemas/cache-config.schema.json)')
    .option('--listen <address:port>', 'where to listen (default 127.0.0.1:8080)')
    .option('--allow-host <host...>', 'upstream host[:port], *.domain, address or range that may be fetched from', [])
    .addHelpText(
      'after',
      `
Examples:
  lkft cache serve --dir /srv/cache --allow-host storage.tuxsuite.com '*.kernel.org'
  lkft cache serve --dir /srv/cache --config /etc/lkft/cache.yaml --listen 0.0.0.0:8080
  curl 'http://127.0.0.1:8080/api/v1/fetch/?url=https%3A%2F%2Fcdn.kernel.org%2Fpub%2Flinux%2Fkernel%2Fv6.x%2Flinux-6.12.tar.xz&ttl=30d' -O`,
    )
    .action(serve)
}

async function serve(options: ServeOptions): Promise<void> {
  const [{ readSettings }, { startCacheServer }, { watchInterruption }] = await Promise.all([
    import('#cache-server/read-settings'),
    import('#cache-server/server'),
    import('#process/interruption'),
  ])
  const settings = await readSettings(options)
  using interruption = watchInterruption()
  const server = await startCacheServer(settings)
  const hosts = settings.allow.map(({ host }) => host).join(', ')
  process.stdout.write(
    `lkft cache: listening on ${server.url}/ (directory ${settings.directory}, pid ${process.pid})\n`,
  )
  process.stdout.write(
    `lkft cache: ${hosts === '' ? 'no upstream host is allowed: see --allow-host' : `may fetch from ${hosts}`}\n`,
  )
  await new Promise<void>((resolve) => {
    if (interruption.signal.aborted) resolve()
    else interruption.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  process.stdout.write('lkft cache: draining, a second Ctrl-C ends at once\n')
  await server.drain(settings.drainMs)
}
