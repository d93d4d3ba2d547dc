import { connect } from 'node:net'

// The board's power command: `node power.ts SOCKET on|off|status`. Ends when the relay has moved.
const [socket = '', word = ''] = process.argv.slice(2)
const relay = connect(socket)
relay.on('error', (error) => {
  process.stderr.write(`relay: ${error.message}\n`)
  process.exitCode = 1
})
relay.on('data', (chunk: Buffer) => process.stdout.write(`${chunk.toString()}\n`))
relay.write(`${word}\n`)
