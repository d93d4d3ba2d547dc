import { createHash } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFile, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { TokenEntry } from '#cache-server/settings'
import { sendFile, startOrigin } from '../cache-server/origin.ts'
import { serve, type Serving } from '../cache-server/serving.ts'
import { SecretMasker } from '../runner/mask-secrets.ts'
import { CommandInterpreter } from '../runner/workflow-commands.ts'
import type { StepSink } from '../runner/step-sink.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'
import { type ActionRequest, type ActionRun, runAction } from './run-action.ts'
import { throwawayFolder } from './throwaway-folder.ts'

const entry = (name: string, more: Partial<TokenEntry> = {}): TokenEntry => ({
  name,
  sha256: createHash('sha256').update(name).digest('hex'),
  scopes: ['write'],
  namespaces: ['octo/linux'],
  quota: 0,
  rate: 0,
  ...more,
})
const tokens = [entry('main-secret'), entry('pull-secret', { refs: ['refs/pull/*'] })]

/** One job on a fresh runner, whose own results service is GitHub's: nobody answers there. */
async function job(
  serving: Serving,
  temp: string,
  value: number,
  token: string,
  more: Partial<ActionRequest> = {},
): Promise<ActionRun> {
  await rm(join(temp, 'lkft'), { recursive: true, force: true })
  const source = await makeTinyTree(join(temp, 'lkft-tree'), {
    'extra.mk': `one:\n\techo 'int x = ${value};' > $(O)/x.c; $(CC) -c -o $(O)/x.o $(O)/x.c; echo ::warning::from make\n`,
  })
  return runAction({
    action: 'build-kernel',
    inputs: {
      source,
      'target-arch': 'x86_64',
      kconfig: 'tinyconfig',
      targets: 'make:one',
      cache: 'true',
      'cache-server': serving.server.url,
      'cache-server-token': token,
    },
    post: true,
    ...more,
    environment: {
      RUNNER_TEMP: temp,
      ACTIONS_RESULTS_URL: 'http://127.0.0.1:9/',
      ACTIONS_RUNTIME_TOKEN: 'githubs-own-token',
      ACTIONS_CACHE_MODE: 'none',
      GITHUB_RUN_ID: String(value),
      ...more.environment,
    },
  })
}

const pull = (repository: string): Partial<ActionRequest> => ({
  event: {
    name: 'pull_request',
    payload: {
      repository: { default_branch: 'main' },
      pull_request: {
        number: 7,
        head: { sha: 'a'.repeat(40), ref: 'topic', repo: { full_name: repository } },
        base: { sha: 'b'.repeat(40), ref: 'main', repo: { full_name: 'octo/linux' } },
      },
    },
  },
  environment: { GITHUB_REF: 'refs/pull/7/merge' },
})

test('the compiler cache lives on the cache server; what a pull request saves, main never restores', async () => {
  const temp = await throwawayFolder()
  await using serving = await serve({ tokens })
  const seen: string[] = []
  const note = (message: unknown): void =>
    void seen.push(JSON.stringify((message as { request: IncomingMessage }).request.rawHeaders))
  subscribe('http.server.request.start', note)
  onTestFinished(() => void unsubscribe('http.server.request.start', note))

  const first = await job(serving, temp, 1, 'main-secret')
  expect(first.outputs, first.stdout).toMatchObject({ verdict: 'pass', 'cache-hits': '0', 'cache-restored': '' })
  const key = /Saved the compiler cache as (\S+-1-1)\n/.exec(first.postLog)?.[1]
  expect(key, first.postLog).toBeDefined()

  const topic = await job(serving, temp, 2, 'pull-secret', pull('octo/linux'))
  expect(topic.outputs, topic.stdout).toMatchObject({ verdict: 'pass', 'cache-hits': '0', 'cache-restored': key })
  expect(topic.postLog).toContain('Saved the compiler cache as')
  const topicAgain = await job(serving, temp, 2, 'pull-secret', pull('octo/linux'))
  expect(topicAgain.outputs).toMatchObject({ 'cache-hits': '100', 'cache-restored': expect.stringMatching(/-2-1$/) })

  const main = await job(serving, temp, 2, 'main-secret')
  expect(main.outputs).toMatchObject({ verdict: 'pass', 'cache-hits': '0', 'cache-restored': key })

  const stranger = await job(serving, temp, 3, 'main-secret', pull('fork/linux'))
  expect(stranger.outputs).toMatchObject({ verdict: 'pass', 'cache-restored': expect.stringMatching(/-2-1$/) })
  expect(stranger.postLog).toBe('')

  const overreach = await job(serving, temp, 4, 'pull-secret')
  expect(overreach.outputs).toMatchObject({ verdict: 'pass', 'cache-hits': '0', 'cache-restored': '' })
  expect(overreach.stdout).toContain('token pull-secret may not write the caches of refs/heads/main')
  expect(overreach.postLog).toContain('::warning::The compiler cache was not saved')

  expect(seen.length).toBeGreaterThan(10)
  expect(seen.join('\n')).not.toContain('githubs-own-token')
  for (const run of [first, topic, main, stranger]) expectMasked(run)
  expect(readAsRunner(topic.stdout).masks.length).toBeGreaterThan(2)
})

/** What the local runner masks and shows of a log, and what its programs asked to be masked. */
function readAsRunner(log: string): { asked: string[]; masks: string[]; shown: string[] } {
  const asked = [...log.matchAll(/^::add-mask::(.*)$/gm)].map(([, secret = '']) => secret)
  const masks: string[] = []
  const shown: string[] = []
  const masker = new SecretMasker()
  const show = (line: string): void => void shown.push(masker.mask(line))
  const ignore = (): undefined => undefined
  const sink: StepSink = {
    // A client tells of an answer before it masks what is in it; debugging has to be switched on to be shown.
    log: (line) => line.startsWith('##[debug]') || show(line),
    line: show,
    addMask: (secret) => {
      masks.push(secret)
      masker.add(secret)
    },
    addMatcher: ignore,
    removeMatcher: ignore,
    issue: ({ message }) => show(message),
    setOutput: ignore,
    saveState: ignore,
    setEnvironment: ignore,
    addPath: ignore,
    environment: ignore,
    fail: ignore,
  }
  const runner = new CommandInterpreter(sink)
  for (const line of log.split('\n')) runner.line(line)
  return { asked, masks, shown }
}

/** Every mask that a client asks for is obeyed, and no secret is in the log that people see; nor is make obeyed. */
function expectMasked(run: ActionRun): void {
  const main = readAsRunner(run.stdout)
  const post = readAsRunner(run.postLog)
  expect(main.masks).toEqual(main.asked)
  expect(post.masks).toEqual(post.asked)
  // The two tokens, and the signature where something was restored.
  expect(main.masks.length).toBeGreaterThanOrEqual(2)
  const everything = [...main.shown, ...post.shown].join('\n')
  for (const secret of [...main.masks, ...post.masks]) expect(everything).not.toContain(secret)
  expect(main.shown).toContain('::warning::from make')
}

test('a server that does not answer, or knows no such token, is told; the kernel is built all the same', async () => {
  const temp = await throwawayFolder()
  const gone = await serve({ tokens })
  await gone[Symbol.asyncDispose]()
  for (const [serving, why] of [
    [gone, /gives no token: .*ECONNREFUSED/],
    [await serve({ tokens: [] }), /gives no token: HTTP 401: this needs a token of this server/],
  ] as const) {
    const run = await job(serving, temp, 5, 'main-secret')
    expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass', 'cache-hits': '0', 'cache-restored': '' } })
    expect(run.stdout).toMatch(why)
    expect(run.postLog).toContain('::warning::The compiler cache was not saved')
    if (serving !== gone) await serving[Symbol.asyncDispose]()
  }
})

test('configurations are downloaded through the server, from upstream once for all jobs', async () => {
  const fragment = Buffer.from('CONFIG_KUNIT=y\n')
  await using origin = await startOrigin((request, response) => sendFile(request, response, fragment))
  await using serving = await serve()
  const source = await makeTinyTree(await throwawayFolder())
  for (const name of ['first', 'second']) {
    const run = await runAction({
      action: 'build-kernel',
      inputs: {
        source,
        'target-arch': 'x86_64',
        kconfig: 'tinyconfig',
        'kconfig-add': origin.url('/kunit.config'),
        targets: 'config',
        'cache-server': serving.server.url,
      },
    })
    expect(run.outputs, name + run.stdout).toMatchObject({ verdict: 'pass' })
    expect(await readFile(join(run.outputs['directory'] ?? '', 'config'), 'utf8')).toContain('CONFIG_KUNIT=y')
    await serving.server.context.fetcher.idle()
  }
  expect(origin.count('/kunit.config')).toBe(1)
})
