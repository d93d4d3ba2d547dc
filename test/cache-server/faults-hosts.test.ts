import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { parseAllowHost } from '#cache-server/access/upstream-rules'
import { freePort } from './free-port.ts'
import { sendFile, startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const bytes = randomBytes(400_000)

/** Listens on 127.0.0.3 and takes nobody: once its queue is full the kernel drops what would connect. */
async function startBlackHole(): Promise<AsyncDisposable & { readonly port: number }> {
  const program =
    'import socket, time\ns = socket.socket()\ns.bind(("127.0.0.3", 0))\ns.listen(0)\nprint(s.getsockname()[1], flush=True)\ntime.sleep(3600)'
  const child = spawn('python3', ['-c', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(line.toString())
  const fillers: Socket[] = []
  for (let open = true; open;) {
    const socket = connect(port, '127.0.0.3')
    socket.on('error', () => {})
    fillers.push(socket)
    open = await Promise.race([once(socket, 'connect').then(() => true), sleep(1000, false)])
  }
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of fillers) socket.destroy()
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

test('ten URLs of a refused and a black-holed host beside a good one: it is not held up, and they get their sentence', async () => {
  await using hole = await startBlackHole()
  await using origin = await startOrigin((request, response) => sendFile(request, response, bytes))
  const refused = await freePort()
  const allow = ['127.0.0.1', '127.0.0.2', '127.0.0.3'].flatMap((host) => parseAllowHost(host) ?? [])
  await using serving = await serve({ allow, fetch: { connectTimeoutMs: 1500, firstByteMs: 8000, breakerMs: 600_000 } })
  const dead = Array.from({ length: 10 }, (_, i) =>
    get(serving.fetchUrl(i % 2 === 0 ? `http://127.0.0.2:${refused}/${i}` : `http://127.0.0.3:${hole.port}/${i}`)),
  )
  let over = false
  const all = Promise.all(dead).finally(() => (over = true))
  await sleep(50)
  const good = await get(serving.fetchUrl(origin.url('/good')))
  expect({ status: good.status, same: good.body.equals(bytes), over }).toEqual({ status: 200, same: true, over: false })
  for (const [index, { status, body, totalMs }] of (await all).entries()) {
    expect([502, 504], body.toString()).toContain(status)
    expect(body.toString()).toMatch(index % 2 === 0 ? /127\.0\.0\.2/ : /127\.0\.0\.3/)
    expect(totalMs).toBeLessThan(120_000)
  }
  // Both are left alone now: who asks next is told so without a connection.
  const next = await get(serving.fetchUrl(`http://127.0.0.3:${hole.port}/next`))
  expect(next.body.toString()).toContain('left alone')
})
