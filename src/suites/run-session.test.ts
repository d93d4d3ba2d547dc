import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentReporter } from '#log/reporter'
import { openRunDirectory, type RunDirectory } from '#results/run-directory'
import type { Run } from '#schema/documents'
import { findSuites } from '#suites/catalogue'
import { conductRun, type RunFacts } from '#suites/conduct-run'
import type { Life, LifeRequest } from '#suites/life'
import { judgeRun } from '#suites/judge-run'
import { defaultLimits, type LifeEnd, type SessionLimits } from '#suites/session'

let folder: string
let directory: RunDirectory

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-session-'))
  directory = await openRunDirectory(folder, initial)
})
afterEach(async () => {
  await directory[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const initial: Run = {
  version: 1,
  kind: 'run',
  state: 'running',
  verdict: null,
  cause: null,
  environment: 'test',
  device: 'test',
  board: null,
  arch: 'x86_64',
  started: new Date().toISOString(),
  finished: null,
  duration_seconds: 0,
  kernel: { release: null, file: 'k', sha256: null, build: null, commit: null },
  suites: [],
  counts: { pass: 0, fail: 0, skip: 0, xfail: 0 },
  crashes: [],
  timings: { first_byte_seconds: null, boot_seconds: null },
  kernel_started: false,
  emulator: null,
  missing: [],
  reproduce: null,
  lkft: { version: 'test' },
}

interface Guest {
  say(text: string): void
  frame(body: string): void
  leave(end: LifeEnd): void
}

/** A guest in this process: answers the runner's orders as `onRun` says. */
function fakeLife(
  request: LifeRequest,
  start: (guest: Guest) => void,
  onRun: (guest: Guest, script: string, id: string) => void,
): Life {
  const session = request.kernelArguments.find((word) => word.startsWith('lkft_session='))?.slice(13) ?? ''
  const { promise: ended, resolve: leave } = Promise.withResolvers<LifeEnd>()
  let onConsole: (chunk: Uint8Array) => void = () => {}
  let number = 0
  let script = ''
  const guest: Guest = {
    say: (text) => onConsole(Buffer.from(text)),
    frame: (body) => {
      number++
      onConsole(Buffer.from(`\n@${session} ${number} ${body.length} ${body}\n`))
    },
    leave,
  }
  const obey = (order: string): void => {
    const [word, first = ''] = order.slice(order.indexOf(':') + 1).split(' ')
    if (word === 'put') script += Buffer.from(first, 'base64').toString()
    if (word !== 'run') return
    guest.frame(`begin ${first}`)
    const text = script
    script = ''
    onRun(guest, text, first)
  }
  const console = {
    listen: (onBytes: (chunk: Uint8Array) => void) => {
      onConsole = onBytes
      setImmediate(() => start(guest))
    },
    write: (bytes: string | Uint8Array) => {
      for (const line of String(bytes).split('\n')) if (line !== '') setImmediate(() => obey(line))
    },
  }
  return { console, port: null, started: performance.now(), ended, [Symbol.asyncDispose]: async () => {} }
}

const boots = (guest: Guest): void => {
  guest.say('[    0.000000] Linux version 6.9.0 (a@b)\n')
  guest.frame('hello 1 6.9.0 x86_64 console')
}

async function conduct(
  commands: readonly string[],
  onRun: (guest: Guest, script: string, id: string) => void,
  more: {
    start?: (guest: Guest) => void
    limits?: Partial<SessionLimits>
    signal?: AbortSignal
    waitedForCpu?: () => number
  } = {},
): Promise<{ facts: RunFacts; lives: number }> {
  let lives = 0
  const facts = await conductRun(
    {
      directory,
      suites: findSuites(['boot', 'commands']),
      options: { commands, parameters: {} },
      limits: { ...defaultLimits, ...more.limits },
      startLife: async (request) => {
        lives++
        const life = fakeLife(request, more.start ?? boots, onRun)
        return more.waitedForCpu === undefined ? life : { ...life, waitedForCpu: more.waitedForCpu }
      },
    },
    { reporter: silentReporter, signal: more.signal ?? new AbortController().signal },
  )
  return { facts, lives }
}

test('a crash belongs to the test that ran, and the rest goes on in a fresh machine', async () => {
  const { facts, lives } = await conduct(['one', 'dies', 'two'], (guest, script, id) => {
    if (script !== 'dies') return guest.frame(`end ${id} 0 exit`)
    guest.say(
      '[    2.000000] Kernel panic - not syncing: on purpose\n[    2.1] ---[ end Kernel panic - not syncing: on purpose ]---\n',
    )
    guest.leave({ message: 'the guest restarted the machine', byGuest: true })
  })
  expect(lives).toBe(2)
  expect(directory.results()).toMatchObject([
    { test: 'one', status: 'pass' },
    { test: 'dies', status: 'fail', reason: 'crash' },
    { test: 'two', status: 'pass' },
  ])
  const judged = judgeRun(facts, directory, 'record')
  expect(judged).toMatchObject({ verdict: 'crash', missing: [], crashes: [{ kind: 'panic', test: 'commands/dies' }] })
})

test('a guest that restarts without a word is a crash, an emulator that breaks is not the kernel’s', async () => {
  const leave = (byGuest: boolean) => (guest: Guest) => guest.leave({ message: 'gone', byGuest })
  const restarted = await conduct(['x'], leave(true))
  expect(judgeRun(restarted.facts, directory, 'record').verdict).toBe('crash')
  const broken = await conduct(['x'], leave(false))
  expect(judgeRun({ ...broken.facts }, directory, 'record').suites[1]?.verdict).not.toBe('pass')
})

test('a silent boot hangs, and no test is blamed', async () => {
  const { facts, lives } = await conduct(['x'], () => {}, {
    start: (guest) => guest.say('[    0.000000] Linux version 6.9.0 (a@b)\n'),
    limits: { silenceSeconds: 0.3 },
  })
  expect(lives).toBe(1)
  expect(judgeRun(facts, directory, 'record')).toMatchObject({
    verdict: 'hang',
    missing: ['commands'],
    kernel_started: true,
  })
})

test('an interruption records no result for the test that ran', async () => {
  const controller = new AbortController()
  const { facts } = await conduct(
    ['one', 'long'],
    (guest, script, id) => {
      if (script === 'one') guest.frame(`end ${id} 0 exit`)
      else controller.abort()
    },
    { signal: controller.signal },
  )
  expect(directory.results()).toMatchObject([{ test: 'one' }])
  const run = await directory.finish(judgeRun(facts, directory, 'record'))
  expect(run).toMatchObject({ state: 'cancelled', verdict: 'cancelled', missing: ['commands'] })
  expect((await readFile(join(folder, 'tests.ndjson'), 'utf8')).trim().split('\n')).toHaveLength(1)
})

test('a frame that was damaged on the console is sent again', async () => {
  let asked = false
  const { facts } = await conduct(['one'], (guest, _, id) => {
    if (!asked) guest.say(`\n@lost\n`)
    asked = true
    guest.frame(`end ${id} 0 exit`)
  })
  expect(facts.deaths).toEqual([])
})

test('a guest for which the host has no core is not silent', async () => {
  const quiet = (guest: Guest): void => {
    guest.say('[    0.000000] Linux version 6.9.0 (a@b)\n')
    setTimeout(() => guest.frame('hello 1 6.9.0 x86_64 console'), 2500)
  }
  const ran = (guest: Guest, _: string, id: string): void => guest.frame(`end ${id} 0 exit`)
  const limits = { silenceSeconds: 1.2 }
  const begun = performance.now()
  const starved = await conduct(['x'], ran, {
    start: quiet,
    limits,
    waitedForCpu: () => (performance.now() - begun) / 1000,
  })
  expect(starved.facts.deaths).toEqual([])
  const idle = await conduct(['x'], ran, { start: quiet, limits, waitedForCpu: () => 0 })
  expect(idle.facts.deaths).toMatchObject([{ kind: 'hang' }])
})
