import type { Command } from 'commander'
import { type ImportOptions, importHelp } from '#cli/cache/import-options'
import type { JobTokenOptions } from '#cli/cache/job-token'
import { addJobTokenOptions } from '#cli/cache/job-token-options'
import { LkftError } from '#errors/lkft-error'

interface ServeOptions {
  readonly dir: string
  readonly config?: string
  readonly listen?: string
  readonly allowHost: readonly string[]
}

interface AskOptions {
  readonly dir?: string
  readonly server?: string
  readonly tokenFile?: string
  readonly output?: string
  readonly sha256?: string
  readonly ttl?: string
}

/** Actions on one URL, and what each is for. */
const urlActions: readonly (readonly [name: string, what: string])[] = [
  ['prefetch', 'download a file now, so that it is there when jobs need it'],
  ['refresh', 'ask upstream whether a file has changed, and download it again if so'],
  ['pin', 'never remove a file to make room'],
  ['unpin', 'let a file be removed again'],
  ['purge', 'forget a file'],
  ['show', 'say what is known of a file'],
]

/** `lkft cache`: the cache server and what one can ask of it. */
export function define(command: Command): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  lkft cache serve --dir /srv/cache --allow-host storage.tuxsuite.com\n  lkft cache stat --dir /srv/cache\n  lkft cache serve --help',
  )
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
  curl -O 'http://127.0.0.1:8080/api/v1/fetch/linux.tar.xz?url=https%3A%2F%2Fcdn.kernel.org%2Fpub%2Flinux%2Fkernel%2Fv6.x%2Flinux-6.12.tar.xz&ttl=30d'`,
    )
    .action(serve)
  asking(command, 'stat', 'what the server holds and did').action(stat)
  asking(command, 'get', 'fetch a URL through the server')
    .argument('<url>')
    .option('-o, --output <file>', 'file to write (default: standard output)')
    .option('--sha256 <digest>', 'refuse other bytes')
    .option('--ttl <ttl>', 'life in the cache, e.g. 4h')
    .addHelpText(
      'after',
      '\nExample:\n  lkft cache get --server http://cache:8080 -o rootfs.ext4 https://example.org/rootfs.ext4',
    )
    .action(getFile)
  for (const [name, what] of urlActions) {
    asking(command, name, what)
      .argument('<url...>')
      .addHelpText('after', `\nExample:\n  lkft cache ${name} --dir /srv/cache https://example.org/rootfs.ext4`)
      .action((urls: string[], options: AskOptions) => ask(options, name, urls))
  }
  asking(command, 'verify', 'hash every blob again; damaged ones are removed (exit 1 when there are)').action(verify)
  asking(command, 'gc', 'remove what has expired, and idle files above the soft limit').action((options: AskOptions) =>
    ask(options, 'gc', []),
  )
  command
    .command('import')
    .description('take over the files of a KissCache, into a directory whose server is stopped')
    .argument('<folder>', "KissCache's DOWNLOAD_PATH")
    .requiredOption('--dir <dir>', "the server's directory")
    .option('--list <file>', 'what is finished, one a line: URL, tab, length, tab, type; the last two may be missing')
    .option('--unchecked', 'take every file for finished: without a list nobody knows')
    .option('--ttl <ttl>', 'life in the cache from now on', '10d')
    .addHelpText('after', importHelp)
    .action(async (folder: string, options: ImportOptions) => (await import('#cli/cache/import')).run(folder, options))
  addJobTokenOptions(
    asking(command, 'job-token', "make the token of one job for GitHub's cache and artifact services, as variables"),
  ).action(async (options: JobTokenOptions & AskOptions) => {
    const { server, call } = await connect(options)
    await (await import('#cli/cache/job-token')).run(options, server, call)
  })
  command
    .command('token')
    .description('make a token, and the line for "tokens:" in the configuration')
    .argument('<name>')
    .action(token)
}

function asking(command: Command, name: string, what: string): Command {
  return command
    .command(name)
    .description(what)
    .option('--dir <dir>', "the server's directory: finds its address and its token")
    .option('--server <url>', 'address of the server')
    .option('--token-file <file>', 'file with a token of scope admin')
}

async function serve(options: ServeOptions): Promise<void> {
  const [{ readSettings }, { startCacheServer }, { warmUp }, { watchInterruption }] = await Promise.all([
    import('#cache-server/read-settings'),
    import('#cache-server/server'),
    import('#cache-server/warm-up'),
    import('#process/interruption'),
  ])
  const settings = await readSettings(options)
  using interruption = watchInterruption()
  await warmUp(settings.directory)
  const server = await startCacheServer(settings)
  const hosts = settings.allow.map(({ host }) => host).join(', ')
  const may = hosts === '' ? 'no upstream host is allowed: see --allow-host' : `may fetch from ${hosts}`
  process.stdout.write(
    `lkft cache: listening on ${server.url}/ (directory ${settings.directory}, pid ${process.pid})\n`,
  )
  process.stdout.write(`lkft cache: ${may}\n`)
  if (server.pagesUrl !== undefined) process.stdout.write(`lkft cache: pages on ${server.pagesUrl}/\n`)
  await new Promise<void>((resolve) => {
    if (interruption.signal.aborted) resolve()
    else interruption.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  process.stdout.write('lkft cache: draining; a Ctrl-C more ends at once\n')
  await server.drain(settings.drainMs)
}

async function stat(options: AskOptions): Promise<void> {
  const { call } = await connect(options)
  process.stdout.write(`${JSON.stringify(JSON.parse(await (await call('/api/v1/status/')).text()), null, 2)}\n`)
}

async function ask(options: AskOptions, action: string, urls: readonly string[]): Promise<void> {
  const { call } = await connect(options)
  for (const url of urls.length === 0 ? [undefined] : urls) {
    const query = url === undefined ? '' : `?url=${encodeURIComponent(url)}`
    const answer = (await (await call(`/api/v1/admin/${action}${query}`, 'POST')).json()) as Record<string, unknown>
    process.stdout.write(`${JSON.stringify(url === undefined ? answer : { ...answer, url })}\n`)
    if (typeof answer['status'] === 'number' && answer['status'] >= 400) process.exitCode = 3
  }
}

async function verify(options: AskOptions): Promise<void> {
  const { call } = await connect(options)
  const answer = (await (await call('/api/v1/admin/verify', 'POST')).json()) as { damaged: readonly string[] }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
  if (answer.damaged.length > 0) process.exitCode = 1
}

async function getFile(url: string, options: AskOptions): Promise<void> {
  const [{ createWriteStream }, { pipeline }, { Readable }] = await Promise.all([
    import('node:fs'),
    import('node:stream/promises'),
    import('node:stream'),
  ])
  const { call } = await connect(options)
  const query = new URLSearchParams({ url })
  if (options.sha256 !== undefined) query.set('sha256', options.sha256)
  if (options.ttl !== undefined) query.set('ttl', options.ttl)
  const response = await call(`/api/v1/fetch/?${query.toString()}`)
  if (response.body === null) return
  try {
    const body = Readable.fromWeb(response.body as never)
    if (options.output === undefined) await pipeline(body, process.stdout, { end: false })
    else await pipeline(body, createWriteStream(options.output))
  } catch (error) {
    if (options.output !== undefined) (await import('node:fs')).rmSync(options.output, { force: true })
    throw new LkftError(
      'FETCH_FAILED',
      `${url}: the cache server cut the body: upstream failed or the bytes are wrong`,
      { cause: error },
    )
  }
}

interface Connection {
  readonly server: string
  readonly call: (path: string, method?: string, body?: string) => Promise<Response>
}

/** Finds the server by its directory or its address. */
async function connect(options: AskOptions): Promise<Connection> {
  const { readFile } = await import('node:fs/promises')
  const path = await import('node:path')
  const { dir } = options
  const running =
    dir === undefined
      ? undefined
      : await readFile(path.join(dir, 'server.json'), 'utf8')
          .then((text) => JSON.parse(text) as { url: string })
          .catch(() => undefined)
  const server = options.server ?? running?.url
  if (server === undefined) {
    const hint = "Start it with 'lkft cache serve', or give --server URL."
    throw new LkftError(
      'BAD_ARGUMENT',
      dir === undefined ? 'give --dir DIR or --server URL' : `no server runs on ${dir}`,
      { hint },
    )
  }
  const tokenFile = options.tokenFile ?? (dir === undefined ? undefined : path.join(dir, 'admin-token'))
  const bearer = tokenFile === undefined ? undefined : (await readFile(tokenFile, 'utf8').catch(() => '')).trim()
  const headers: Record<string, string> = bearer === undefined || bearer === '' ? {} : { 'x-lkft-token': bearer }
  return {
    server,
    call: async (target, method = 'GET', body?: string) => {
      const request = { method, headers, ...(body === undefined ? {} : { body }) }
      const response = await fetch(new URL(target, server), request).catch((error: unknown) => {
        throw new LkftError('FETCH_FAILED', `no cache server answers at ${server}`, { cause: error })
      })
      if (response.ok) return response
      const text = (await response.text()).trim()
      throw new LkftError(response.status === 403 ? 'HOST_NOT_ALLOWED' : 'FETCH_FAILED', `${response.status}: ${text}`)
    },
  }
}

async function token(name: string): Promise<void> {
  const { createHash, randomBytes } = await import('node:crypto')
  const secret = randomBytes(32).toString('base64url')
  const sha256 = createHash('sha256').update(secret).digest('hex')
  process.stdout.write(
    `${secret}\n# under "tokens:" in the configuration:\n- {name: ${JSON.stringify(name)}, sha256: ${sha256}, scopes: [read, write]}\n`,
  )
}
