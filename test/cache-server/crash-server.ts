// A cache server on a directory, for the crash test to kill: `node crash-server.ts DIR`.
import { parseAllowHost } from '#cache-server/access/upstream-rules'
import { startCacheServer } from '#cache-server/server'
import { defaultSettings } from '#cache-server/settings'

const settings = defaultSettings(process.argv[2] ?? '')
const loopback = parseAllowHost('127.0.0.1')
const server = await startCacheServer({ ...settings, port: 0, allow: loopback === undefined ? [] : [loopback] })
process.stdout.write(`${server.url}\n`)
