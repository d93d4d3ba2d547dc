import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lkft } from './run-lkft.ts'
import { privateAddress } from './private-network.ts'
import { setUpBoard } from './virtual-board/virtual-board.ts'

// A board that fetches from lkft's own TFTP server, on its standard port. Prints how three runs ended, as JSON.
const [build = ''] = process.argv.slice(2)
await using board = await setUpBoard()
const out = await mkdtemp(join(tmpdir(), 'lkft-own-tftp-'))
const run = async (name: string, tftp: { listen: string; 'server-address'?: string }) => {
  const file = await board.file({ network: { tftp } })
  const { code, stdout } = await lkft('lab', 'run', '--board', file, '--build', build, '-o', join(out, name), '--json')
  const { verdict, cause, counts } = JSON.parse(stdout) as Record<string, unknown>
  return { code, verdict, cause, counts }
}
const listen = `${privateAddress}:69`
const ended = {
  served: await run('served', { listen }),
  elsewhere: await run('elsewhere', { listen, 'server-address': '10.0.2.2' }),
  taken: await run('taken', { listen: '198.18.0.99:69' }),
}
await rm(out, { recursive: true })
process.stdout.write(JSON.stringify(ended))
