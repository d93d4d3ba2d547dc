import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import type { Board } from '#schema/documents'
import { qemuCommand } from './qemu-machine.ts'
import { type Relay, wireRelay } from './relay.ts'
import { laySerialCable } from './serial-cable.ts'

/** A board on the desk: real U-Boot firmware in QEMU, a serial cable that outlives power cycles, a relay. */
export interface VirtualBoard extends AsyncDisposable {
  readonly folder: string
  readonly relay: Relay
  /** TCP port of the console. */
  readonly port: number
  /** The board as its file would describe it. */
  readonly facts: Board
  /** Writes a board file with some facts changed; gives its path. */
  file(change?: Partial<Board>): Promise<string>
}

let boards = 0

/** Sets up a board in a temporary folder. Its TFTP server is the one in QEMU, serving `folder/tftp`. */
export async function setUpBoard(name = `vb-${process.pid}-${++boards}`): Promise<VirtualBoard> {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-board-'))
  const [tty, serialSocket, powerSocket] = ['tty', 'serial.sock', 'power.sock'].map((file) => join(folder, file)) as [
    string,
    string,
    string,
  ]
  const tftpFolder = join(folder, 'tftp')
  await mkdir(tftpFolder)
  const cable = await laySerialCable(tty, serialSocket)
  const relay = await wireRelay(powerSocket, qemuCommand({ serialSocket, tftpFolder }))
  const power = `${process.execPath} ${fileURLToPath(new URL('./power.ts', import.meta.url))} ${powerSocket}`
  const facts: Board = {
    version: 1,
    name,
    device: 'qemu-u-boot-arm64',
    arch: 'arm64',
    power: { on: `${power} on`, off: `${power} off`, 'settle-seconds': 0.1 },
    console: { device: tty },
    bootloader: { type: 'u-boot' },
    network: { tftp: { directory: tftpFolder, 'server-address': '10.0.2.2' } },
    'kernel-command-line': 'console=ttyAMA0,115200',
    timeouts: { 'bootloader-seconds': 120, 'transfer-seconds': 120, 'boot-seconds': 300 },
    lock: { folder },
  }
  let files = 0
  return {
    folder,
    relay,
    port: cable.port,
    facts,
    file: async (change = {}) => {
      const path = join(folder, `board-${++files}.yaml`)
      await writeFile(path, stringify({ ...facts, ...change }))
      return path
    },
    [Symbol.asyncDispose]: async () => {
      await relay[Symbol.asyncDispose]()
      await cable[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}
