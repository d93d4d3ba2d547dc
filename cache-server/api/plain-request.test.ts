import fc from 'fast-check'
import { expect, test } from 'vitest'
import { headerOf, readPlainRequest } from '#cache-server/api/plain-request'

const curl = 'GET /a?url=b HTTP/1.1\r\nHost: cache:8080\r\nUser-Agent: curl/8.14.1\r\nAccept: */*\r\n\r\n'

test('takes what curl sends, wherever it begins', () => {
  const headers = 'Host: cache:8080\r\nUser-Agent: curl/8.14.1\r\nAccept: */*\r\n'
  expect(readPlainRequest(curl, 0)).toEqual({ target: '/a?url=b', headers, end: curl.length })
  expect(readPlainRequest(curl + curl, curl.length)).toEqual({ target: '/a?url=b', headers, end: 2 * curl.length })
  expect(headerOf(headers, 'user-agent')).toBe('curl/8.14.1')
})

test.each([
  ['another method', curl.replace('GET', 'HEAD')],
  ['another version', curl.replace('1.1', '1.0')],
  ['no end yet', curl.slice(0, -1)],
  ['no host', curl.replace('Host: cache:8080\r\n', '')],
  ['two hosts', curl.replace('Accept: */*', 'Host: other')],
  ['a range', curl.replace('Accept: */*', 'Range: bytes=0-1')],
  ['a condition', curl.replace('Accept: */*', 'If-None-Match: "a"')],
  ['a token', curl.replace('Accept: */*', 'Authorization: Bearer a')],
  ['a body', curl.replace('Accept: */*', 'Content-Length: 3')],
  ['a chunked body', curl.replace('Accept: */*', 'Transfer-Encoding: chunked')],
  ['the end asked for', curl.replace('Accept: */*', 'Connection: close')],
  ['an upgrade', curl.replace('Accept: */*', 'Connection: keep-alive, upgrade')],
  ['a folded line', curl.replace('Accept: */*', 'Accept: a\r\n Range: bytes=0-1')],
  ['a space before the colon', curl.replace('Accept:', 'Accept :')],
  ['a bare line feed', curl.replace('Accept: */*', 'Accept: a\nRange: bytes=0-1')],
  ['a bare carriage return', curl.replace('Accept: */*', 'Accept: a\rRange: bytes=0-1')],
  ['a byte above ASCII', curl.replace('*/*', 'é')],
  ['a zero byte', curl.replace('*/*', '\0')],
  ['a head too long', curl.replace('*/*', 'a'.repeat(20_000))],
])('leaves %s to the parser', (_, text) => {
  expect(readPlainRequest(text, 0)).toBeUndefined()
})

test('whatever it takes is one head of idle headers with one host', () => {
  const line = fc.constantFrom(
    'Host: a',
    'host:b',
    'Accept: x',
    'Connection: keep-alive',
    'Via: 1.1 a',
    'Range: bytes=0-',
    '',
  )
  const junk = fc.constantFrom('', ' ', '\r', '\n', '\r\n', ':', '\0', 'x')
  const part = fc.tuple(line, junk, fc.constantFrom('\r\n', '\n', '')).map((all) => all.join(''))
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const text = `GET / HTTP/1.1\r\n${parts.join('')}\r\n\r\n`
      const read = readPlainRequest(text, 0)
      if (read === undefined) return
      const lines = read.headers.split('\r\n').slice(0, -1)
      expect(lines.filter((one) => /^host:/i.test(one)).length).toBe(1)
      for (const one of lines) expect(one).toMatch(/^(host|accept|connection):[\x20-\x7e]*$/i)
      expect(text.slice(0, read.end).indexOf('\r\n\r\n')).toBe(read.end - 4)
    }),
  )
})
