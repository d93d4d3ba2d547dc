import { expect, test } from 'vitest'
import { inheritedSockets } from '#cache-server/listen'

test('sockets that systemd opened are taken by name, and only by the process that they are for', () => {
  const env = { LISTEN_PID: '42', LISTEN_FDS: '2', LISTEN_FDNAMES: 'pages:cache' }
  expect(inheritedSockets(env, 42)).toEqual({ service: 4, pages: 3 })
  expect(inheritedSockets(env, 43)).toEqual({})
  expect(inheritedSockets({ LISTEN_PID: '42', LISTEN_FDS: '1' }, 42)).toEqual({ service: 3 })
  expect(inheritedSockets({}, 42)).toEqual({})
})
