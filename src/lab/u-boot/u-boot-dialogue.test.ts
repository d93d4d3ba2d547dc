import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ConsoleTransport } from '#lab/console-transport'
import { type SerialLine, serialLine } from '#lab/serial-line'
import { loadFile, verifyFile } from '#lab/u-boot/load-file'
import { stopAutoboot } from '#lab/u-boot/stop-autoboot'
import { quoteForUBoot, setVariable, uBootShell } from '#lab/u-boot/u-boot-shell'

const { signal } = new AbortController()

/** A line whose other side echoes each command, then answers with what `reply` gives and the fence. */
function talkTo(reply: (command: string) => { output: string; status?: number }): SerialLine & { typed: string[] } {
  const typed: string[] = []
  const transport = memoryTransport((text) => {
    const [, command = '', nonce] = /^(.*); echo lk''ft:(\w+):\$\?\n$/s.exec(text) ?? []
    typed.push(command)
    const { output, status = 0 } = reply(command)
    const words = `${text.replace('\n', '\r\n')}${output.replaceAll('\n', '\r\n')}lkft:${nonce}:${status}\r\n=> `
    void deliver(words.match(/.{1,7}/gs) ?? [])
  })
  // Piece by piece with turns between, as a line brings them: a fence may be cut anywhere.
  const deliver = async (pieces: readonly string[]): Promise<void> => {
    for (const piece of pieces) {
      await Promise.resolve()
      transport.onBytes(Buffer.from(piece))
    }
  }
  return Object.assign(serialLine(transport), { typed })
}

function memoryTransport(onText: (text: string) => void): ConsoleTransport {
  return {
    name: 'memory',
    onBytes: () => {},
    write: async (bytes) => onText(Buffer.from(bytes).toString('latin1')),
    gone: new Promise(() => {}),
    [Symbol.asyncDispose]: async () => {},
  }
}

test('a command gives what it printed and its status, whatever it printed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme-ascii' }), fc.nat(255), async (text, status) => {
      const output = `${text.replaceAll(/[\r\n]/g, ' ')}\n`
      const line = talkTo(() => ({ output, status }))
      const result = await uBootShell(line).run('cmd', { step: 'network', timeoutMs: 1000, signal })
      expect(result).toEqual({ output, status })
    }),
    { numRuns: 50 },
  )
})

test('the end of the last prompt may come after the next command was typed', async () => {
  const transport = memoryTransport((text) => {
    const nonce = /ft:(\w+):/.exec(text)?.[1]
    transport.onBytes(Buffer.from(`\n=> ${text.replace('\n', '\r\n')}a=b\r\nlkft:${nonce}:0\r\n=> `))
  })
  const shell = uBootShell(serialLine(transport))
  expect(await shell.run('printenv a', { step: 'network', timeoutMs: 1000, signal })).toEqual({
    output: 'a=b\n',
    status: 0,
  })
})

test('a command that does not end is named with its step and the last line', async () => {
  const transport = memoryTransport(() => transport.onBytes(Buffer.from('dhcp\r\nBOOTP broadcast 3\r\n')))
  const shell = uBootShell(serialLine(transport))
  await expect(shell.run('dhcp', { step: 'network', timeoutMs: 50, signal })).rejects.toThrow(
    `network: U-Boot's 'dhcp' did not end within 0.05 s; last line: "BOOTP broadcast 3"`,
  )
})

test('what a line said before the mark is never taken for an answer', async () => {
  const transport = memoryTransport(() => {})
  const line = serialLine(transport)
  transport.onBytes(Buffer.from('Hit any key to stop autoboot:  2\r\n=> '))
  line.mark()
  await expect(stopAutoboot(line, { type: 'u-boot' }, 50, signal)).rejects.toThrow('not one byte within 0.05 s')
})

test('a board that speaks but never comes to U-Boot is no dead line', async () => {
  const transport = memoryTransport(() => {})
  const line = serialLine(transport)
  const stopped = stopAutoboot(line, { type: 'u-boot' }, 60, signal)
  transport.onBytes(Buffer.from('BootROM 1.2\r\nno boot device\r\n'))
  await expect(stopped).rejects.toThrow('bootloader: 29 bytes within 0.06 s')
})

test("a transfer fails with U-Boot's words and with what the server saw", async () => {
  const file = { what: 'kernel', name: 'lkft-b/kernel', bytes: 5, crc32: 'deadbeef', address: '80000' }
  const options = { timeoutMs: 1000, signal, serverSaw: () => 'the server was never asked' }
  const missing = talkTo(() => ({ output: "\nTFTP error: 'File not found' (1)\nNot retrying...\n", status: 1 }))
  await expect(loadFile(uBootShell(missing), file, options)).rejects.toThrow(
    /^transfer: kernel lkft-b\/kernel: the TFTP server does not have the file \("TFTP error: 'File not found' \(1\)"\); the server was never asked$/,
  )
  const short = talkTo(() => ({ output: 'Bytes transferred = 4 (4 hex)\n' }))
  await expect(loadFile(uBootShell(short), file, options)).rejects.toThrow('4 bytes arrived of 5')
  const wrong = talkTo(() => ({ output: 'crc32 for 80000 ... 80004 ==> 00000001\n' }))
  await expect(verifyFile(uBootShell(wrong), file, options)).rejects.toThrow('not what was sent')
})

test('a long variable is set in pieces that a short console buffer takes', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', ' ', '=', ',', '.', ':', '/'), minLength: 1, maxLength: 1000 }),
      (value) => {
        const commands = setVariable('bootargs', value)
        expect(Math.max(...commands.map((command) => command.length))).toBeLessThanOrEqual(200)
        const pieces = commands.map((command) => /'(.*)'$/.exec(command)?.[1] ?? '')
        expect(pieces.join('')).toBe(value)
      },
    ),
  )
})

test('what cannot be typed is refused', () => {
  expect(() => quoteForUBoot('a\nb')).toThrow('cannot type')
  expect(quoteForUBoot("it's")).toBe(String.raw`'it'\''s'`)
})
