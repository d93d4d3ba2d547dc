import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'

const run = promisify(execFile)
const example = join(import.meta.dirname, '../../examples/runner-host')

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-runner-host-'))
  for (const name of ['off', 'locks', 'runner']) await mkdir(join(folder, name))
  await writeFile(join(folder, 'off/bbb-01'), `#!/bin/sh\necho off >> '${folder}/history'\n`, { mode: 0o755 })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const history = (): Promise<string> => readFile(join(folder, 'history'), 'utf8').catch(() => '')
const places = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  OFF: join(folder, 'off'),
  LOCKS: join(folder, 'locks'),
  LKFT_BOARD: 'bbb-01',
})

test('the board is powered off after a job, and left alone while somebody drives it', async () => {
  await run(join(example, 'job-completed.sh'), [], { env: places() })
  expect(await history()).toBe('off\n')
  const lock = join(folder, 'locks/lkft-bbb-01.lock')
  await run('flock', [lock, join(example, 'board-off.sh'), 'bbb-01'], { env: places() })
  expect(await history()).toBe('off\n')
})

/** GitHub's call, and all that it was asked. */
interface Registration {
  readonly url: string | undefined
  readonly authorization: string | undefined
  readonly body: unknown
}

async function serve(asked: Registration[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body: unknown = JSON.parse(await text(request))
  asked.push({ url: request.url, authorization: request.headers.authorization, body })
  response.writeHead(201).end(JSON.stringify({ runner: { id: 1 }, encoded_jit_config: 'am9i' }, null, 2))
}

test('a runner is registered for one job, with its labels, and nothing of the token is left for the job', async () => {
  const asked: Registration[] = []
  const server = createServer((request, response) => void serve(asked, request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const runtime = join(folder, 'runtime')
    await mkdir(runtime)
    await writeFile(join(folder, 'github-token'), 'github_pat_secret\n')
    await writeFile(join(folder, 'runner/run.sh'), '#!/bin/sh\necho "$@"\nenv\n', { mode: 0o755 })
    const env = {
      ...places(),
      API: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      REPOSITORY: 'octo/linux',
      LABELS: 'lab,beaglebone-black',
      RUNTIME_DIRECTORY: runtime,
    }
    await run(join(example, 'register-runner.sh'), ['bbb-01'], {
      env: { ...env, TOKEN_FILE: join(folder, 'github-token') },
    })
    const { stdout } = await run(join(example, 'run-one-job.sh'), [], { cwd: join(folder, 'runner'), env })
    expect(stdout.split('\n')[0]).toBe('--jitconfig am9i')
    expect(stdout).not.toContain('github_pat_secret')
    expect(await readdir(runtime)).toEqual([])
    const labels = ['self-hosted', 'board:bbb-01', 'lab', 'beaglebone-black']
    expect(asked).toEqual([
      {
        url: '/repos/octo/linux/actions/runners/generate-jitconfig',
        authorization: 'Bearer github_pat_secret',
        body: {
          name: expect.stringMatching(/^bbb-01-\d+$/) as string,
          runner_group_id: 1,
          labels,
          work_folder: '_work',
        },
      },
    ])
  } finally {
    server.close()
  }
})

test('systemd accepts the units', async () => {
  const names = (await readdir(example)).filter((name) => /\.(service|timer)$/.test(name))
  expect(names).toHaveLength(3)
  for (const name of names) {
    // An instance of it; what it starts is put where the machine has it.
    const unit = join(folder, name.replace('@', '@bbb-01'))
    await copyFile(join(example, name), join(folder, name))
    const written = await readFile(join(example, name), 'utf8')
    await writeFile(unit, written.replaceAll('/usr/local/libexec/lkft', example))
  }
  const units = names.map((name) => join(folder, name.replace('@', '@bbb-01')))
  const { stderr } = await run('systemd-analyze', ['verify', '--man=no', ...units], { env: places() })
  expect(stderr.split('\n').filter((line) => line.includes(folder))).toEqual([])
})
