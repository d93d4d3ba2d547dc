import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { shellTerminal } from '#suites/shell-terminal'

function setUp(): {
  readonly keys: PassThrough
  readonly shown: () => string
  readonly sent: string[]
  readonly say: (text: string) => void
  readonly escapes: () => number
  readonly terminal: ReturnType<typeof shellTerminal>
} {
  const keys = new PassThrough()
  const screen = new PassThrough()
  const sent: string[] = []
  let escapes = 0
  let say: (text: string) => void = () => {}
  const terminal = shellTerminal(keys, screen, { beforeLending: () => {}, onEscape: () => escapes++ })
  const link = terminal.wrap({
    listen: (onBytes) => void (say = (text) => onBytes(Buffer.from(text))),
    write: (bytes) => void sent.push(Buffer.from(bytes as Uint8Array).toString()),
  })
  link.listen(
    () => {},
    () => {},
  )
  return {
    keys,
    shown: () => (screen.read() as Buffer | null)?.toString() ?? '',
    sent,
    say: (text) => say(text),
    escapes: () => escapes,
    terminal,
  }
}

it('shows the console and takes keys only while it is lent', async () => {
  const { keys, shown, sent, say, terminal } = setUp()
  say('boot messages')
  terminal.begin()
  say('# ')
  keys.write('ls\r')
  await new Promise((resolve) => setImmediate(resolve))
  terminal.end()
  keys.write('not for the guest')
  say('more messages')
  await new Promise((resolve) => setImmediate(resolve))
  expect(shown()).toBe('# ')
  expect(sent).toEqual(['ls\r'])
})

it('ends the run at Ctrl-], which the guest does not get', async () => {
  const { keys, sent, escapes, terminal } = setUp()
  terminal.begin()
  keys.write('\u001d')
  await new Promise((resolve) => setImmediate(resolve))
  terminal.end()
  expect([escapes(), sent.length]).toEqual([1, 0])
})
