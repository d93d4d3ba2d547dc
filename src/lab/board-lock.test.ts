import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockBoard } from '#lab/board-lock'
import { silentReporter } from '#log/reporter'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-lock-'))))
afterAll(() => rm(folder, { recursive: true }))

const { signal } = new AbortController()
const request = (board: string, waitSeconds = 0) => ({ board, folder, waitSeconds, purpose: 'out/run-1' })

test('a board is driven by one run at a time, and the other hears by whom', async () => {
  const first = await lockBoard(request('b1'), silentReporter, signal)
  await expect(lockBoard(request('b1'), silentReporter, signal)).rejects.toThrow(
    new RegExp(`^lock: b1 is driven by process ${process.pid} of .+ for out/run-1$`),
  )
  await first[Symbol.asyncDispose]()
  const again = await lockBoard(request('b1'), silentReporter, signal)
  await again[Symbol.asyncDispose]()
})

test('who waits gets the board when it is free', async () => {
  const first = await lockBoard(request('b2'), silentReporter, signal)
  const second = lockBoard(request('b2', 10), silentReporter, signal)
  setTimeout(() => void first[Symbol.asyncDispose](), 100)
  await expect(second.then((lock) => lock[Symbol.asyncDispose]())).resolves.toBeUndefined()
})

test('a killed owner leaves no lock behind', async () => {
  const script = `
    const { lockBoard } = await import('#lab/board-lock')
    const { silentReporter } = await import('#log/reporter')
    await lockBoard(${JSON.stringify(request('b3'))}, silentReporter, new AbortController().signal)
    console.log('locked')
    setInterval(() => {}, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(owner.stdout, 'data')
  await expect(lockBoard(request('b3'), silentReporter, signal)).rejects.toThrow(`driven by process ${owner.pid}`)
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  const taken = await lockBoard(request('b3', 2), silentReporter, signal)
  await taken[Symbol.asyncDispose]()
})

test('a folder that cannot be used is named', async () => {
  const nowhere = { ...request('b4'), folder: join(folder, 'none') }
  await expect(lockBoard(nowhere, silentReporter, signal)).rejects.toThrow(`lock: cannot lock ${join(folder, 'none')}`)
})
