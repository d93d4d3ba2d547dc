import { createServer } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { openConsole } from '#lab/open-console'
import { serialLine } from '#lab/serial-line'

const { signal } = new AbortController()
const options = { timeoutMs: 3000, signal }

test("a program's stdin and stdout carry a console, and its end is told", async () => {
  await using transport = await openConsole({ command: `sh -c 'read x; echo "got $x"; echo bye >&2; exit 4'` }, signal)
  const line = serialLine(transport)
  await line.send('abc\n')
  expect((await line.expect({ got: /got (\w+)/ }, options))?.match[1]).toBe('abc')
  await expect(line.expect({ never: /never/ }, options)).rejects.toThrow('went dead: sh ended with 4: bye')
})

test('a program that does not exist is a fault of the console', async () => {
  await expect(openConsole({ command: 'no-such-console-program' }, signal)).rejects.toThrow(
    "console: cannot start 'no-such-console-program'",
  )
})

test('a TCP port carries a console, and its hang-up is told', async () => {
  const server = createServer((socket) => {
    socket.write('hello\r\n')
    socket.once('data', () => socket.end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await using transport = await openConsole({ tcp: `127.0.0.1:${port}` }, signal)
  const line = serialLine(transport)
  expect(await line.expect({ hello: /hello/ }, options)).toBeDefined()
  await line.send('x')
  await expect(line.expect({ never: /never/ }, options)).rejects.toThrow('closed the line')
  server.close()
})

test('a port that nobody serves and a device that does not exist are told apart', async () => {
  await expect(openConsole({ tcp: '127.0.0.1:1' }, signal)).rejects.toThrow('console: cannot reach tcp 127.0.0.1:1')
  await expect(openConsole({ device: '/dev/no-such-tty' }, signal)).rejects.toThrow(
    'console: cannot open /dev/no-such-tty',
  )
})

test('a wait ends with the interruption', async () => {
  const stop = new AbortController()
  await using transport = await openConsole({ command: 'cat' }, signal)
  const waiting = serialLine(transport).expect({ never: /never/ }, { timeoutMs: 5000, signal: stop.signal })
  setTimeout(() => stop.abort(new Error('stopped')), 20)
  await expect(waiting).rejects.toThrow('stopped')
})

test('old bytes are drained, and a line that never gets quiet is told', async () => {
  await using quiet = await openConsole({ command: `sh -c 'echo old; exec cat'` }, signal)
  const line = serialLine(quiet)
  expect(await line.drain({ quietMs: 100, longestMs: 1000, signal })).toBe(4)
  expect(line.unread()).toBe('')
  await using loud = await openConsole({ command: 'yes' }, signal)
  expect(await serialLine(loud).drain({ quietMs: 50, longestMs: 200, signal })).toBeUndefined()
})
