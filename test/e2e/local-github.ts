import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startActionsServices } from '#cache-server/actions/start'
import { type FakeGithub, startFakeGithub } from '../fake-github/start.ts'
import { Host, type HostOptions } from '../runner/host.ts'

/** GitHub on this machine: the workflow runner, the cache server's artifact service and the REST fake behind one address. */
export interface LocalGithub extends AsyncDisposable {
  readonly host: Host
  readonly rest: FakeGithub
  /** Names of the artifacts of a run. */
  readonly artifacts: (runId: number) => Promise<readonly string[]>
  readonly folder: string
}

/**
 * @param repositories git repositories by `owner/name`; steps reach them under https://github.com/owner/name
 * @param machine runners, and variables that every step has besides PATH and HOME
 */
export async function startLocalGithub(
  repositories: Readonly<Record<string, string>>,
  onLine?: (job: string, line: string) => void,
  machine: Pick<HostOptions, 'environment' | 'runners'> = {},
): Promise<LocalGithub> {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-github-'))
  const rest = await startFakeGithub()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const services = await startActionsServices({ directory: join(folder, 'services'), server })
  server.on('request', (incoming, outgoing) => {
    if (services.service.owns(new URL(incoming.url ?? '/', 'http://localhost').pathname)) return
    const { method, headers, url = '/' } = incoming
    const onward = forward(`${rest.url}${url}`, { method: method ?? 'GET', headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const home = join(folder, 'home')
  await mkdir(home)
  const aliases = Object.entries(repositories).map(
    ([name, git]) => `[url "file://${git}"]\n\tinsteadOf = https://github.com/${name}\n`,
  )
  await writeFile(join(home, '.gitconfig'), `[safe]\n\tdirectory = *\n${aliases.join('')}`)
  const mint = (repository: string, runId: number, jobId: number, ref: string): string =>
    services.mint({
      repository,
      runId: String(runId),
      jobId: String(jobId),
      scopes: [{ ref, read: true, write: true }],
    })
  const host = new Host({
    repositories,
    workDirectory: join(folder, 'work'),
    ...machine,
    environment: { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', ...machine.environment },
    services: {
      serverUrl: 'https://github.com',
      apiUrl: url,
      actionEnvironment: ({ repository, runId, jobId, ref }) => ({
        ACTIONS_RESULTS_URL: `${url}/`,
        ACTIONS_CACHE_SERVICE_V2: 'true',
        ACTIONS_RUNTIME_TOKEN: mint(repository, runId, jobId, ref),
      }),
      issueToken: ({ repository, runId, jobId, ref, permissions }) => {
        // The artifact service and the REST fake take the same token, as on GitHub.
        const token = mint(repository, runId, jobId, `${ref}#token`)
        const levels = permissions as Readonly<Record<string, 'read' | 'write'>>
        rest.state.tokens.set(token, { login: 'github-actions[bot]', isInstallation: true, permissions: levels })
        return token
      },
    },
    ...(onLine === undefined ? {} : { onLine }),
  })
  return {
    host,
    rest,
    folder,
    artifacts: async (runId) => {
      const token = mint(rest.state.repository, runId, 1, 'refs/heads/main')
      const answer = await fetch(`${url}/repos/${rest.state.repository}/actions/runs/${runId}/artifacts?per_page=100`, {
        headers: { authorization: `Bearer ${token}` },
      })
      const body = (await answer.json()) as { artifacts: { name: string }[] }
      return body.artifacts.map(({ name }) => name)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
      await services[Symbol.asyncDispose]()
      await rest[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
