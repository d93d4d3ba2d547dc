import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import type { Board, Run, TestResult } from '#schema/documents'
import { labBuild } from './lab-kernel.ts'
import { lkft } from './run-lkft.ts'
import { setUpBoard, type VirtualBoard } from './virtual-board/virtual-board.ts'

let board: VirtualBoard
let build: string
let out: string

beforeAll(async () => {
  build = await labBuild()
  board = await setUpBoard()
  out = await mkdtemp(join(tmpdir(), 'lkft-lab-test-'))
})

afterAll(async () => {
  await board[Symbol.asyncDispose]()
  await rm(out, { recursive: true })
})

let runs = 0
/** Seconds of a whole good run here and now: machines differ, and are busy. */
let wholeRun = 30

/** One run on the board, by the command line; gives its exit code, record and results. */
async function run(change: Partial<Board>, ...args: readonly string[]) {
  const directory = join(out, `run-${++runs}`)
  const file = await board.file(change)
  const ended = await lkft('lab', 'run', '--board', file, '--build', build, '-o', directory, ...args)
  const record = await readStage('run', directory)
  const lines = (await readFile(join(directory, 'tests.ndjson'), 'utf8')).trim().split('\n')
  const results = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as TestResult)
  const power = board.relay.history.at(-1)
  return { code: ended.code, record, results, power, directory, ended }
}

function why({ record }: { record: Run }): string {
  return `${record.verdict} ${record.cause?.code}: ${record.cause?.message}`
}

describe('a board that works', () => {
  test('lab check finds power, console, bootloader and network in order', async () => {
    for (const console of [{ tcp: `127.0.0.1:${board.port}` }, { command: `socat - TCP:127.0.0.1:${board.port}` }]) {
      const { code, stdout } = await lkft('lab', 'check', '--board', await board.file({ console }), '--json')
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({
        bootloader: expect.stringMatching(/^U-Boot 20\d\d/),
        network: true,
      })
    }
    expect(board.relay.history).toEqual(['off', 'on', 'off', 'off', 'on', 'off'])
  })

  test('runs boot and KUnit as a virtual device does, after the old bytes of the tty were thrown away', async () => {
    const { code, record, results, power, directory } = await run({}, '--suite', 'boot', '--suite', 'kunit')
    expect(why({ record })).toBe('pass undefined: undefined')
    expect(code).toBe(0)
    expect(record).toMatchObject({
      state: 'done',
      board: board.facts.name,
      device: 'qemu-u-boot-arm64',
      emulator: null,
    })
    expect(record.kernel.release).toMatch(/^\d+\.\d+/)
    expect(record.suites.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['boot', 'pass'],
      ['kunit', 'pass'],
    ])
    expect(results.filter(({ suite, status }) => suite === 'kunit' && status === 'pass').length).toBeGreaterThan(5)
    wholeRun = record.duration_seconds
    expect(power).toBe('off')
    const console = await readFile(join(directory, 'console.log'), 'latin1')
    // One boot only: the tty still held the two boots of the checks.
    expect(console.match(/U-Boot 20\d\d/g)).toHaveLength(1)
    expect(console.match(/Linux version/g)).toHaveLength(1)
    expect(console).toContain('Bytes transferred')
  })
})

describe("a kernel's faults exit with 1", () => {
  test('a panic at boot is a crash', async () => {
    const got = await run({}, '--boot-arg', 'rdinit=/none', '--boot-arg', 'init=/none')
    expect(why(got)).toMatch(/^crash \w+: Kernel panic/)
    expect(got).toMatchObject({ code: 1, power: 'off', record: { kernel_started: true } })
  })

  test('a kernel that falls silent hangs', async () => {
    const timeouts = { ...board.facts.timeouts, 'silence-seconds': 3 }
    const got = await run({ timeouts, 'kernel-command-line': 'console=none' })
    expect(got.record.verdict).toBe('hang')
    expect(got).toMatchObject({ code: 1, power: 'off' })
  })

  test('a kernel that resets the board over and over is a crash, not a timeout', async () => {
    const words = ['rdinit=/bin/sh', '--', '-c', '"reboot -f"'].flatMap((word) => ['--boot-arg', word])
    const got = await run({}, ...words)
    expect(why(got)).toMatch(/^crash reboot: the board reset itself/)
    expect(got).toMatchObject({ code: 1, power: 'off' })
  })

  test('a test that never ends runs into the limit of the run', async () => {
    const limit = String(Math.ceil(wholeRun * 2 + 4))
    const got = await run({}, '--suite', 'commands', '--command', 'echo begin; sleep 1000', '--timeout', limit)
    expect(got.record.verdict).toBe('timeout')
    expect(got).toMatchObject({ code: 1, power: 'off' })
    expect(got.results).toMatchObject([{ suite: 'commands', status: 'fail', reason: 'timeout' }])
  })
})

describe("a lab's faults exit with 3 and say the step", () => {
  test('a power command that fails', async () => {
    const power = { ...board.facts.power, on: "sh -c 'echo outlet 4 is dead >&2; exit 9'" }
    const got = await run({ power })
    expect(why(got)).toMatch(/^infra LAB_FAILED: power on: .* exited with 9: outlet 4 is dead$/)
    expect(got).toMatchObject({ code: 3, power: 'off', record: { state: 'done', missing: ['boot'] } })
  })

  test('a board that cannot be switched off in the end', async () => {
    const off = join(board.folder, 'off-once')
    const power = { ...board.facts.power, off: `sh -c 'test ! -e ${off} && touch ${off} && ${board.facts.power.off}'` }
    const got = await run({ power })
    expect(why(got)).toMatch(/^infra LAB_FAILED: power off: /)
    expect(got.code).toBe(3)
    expect(got.results.every(({ status }) => status === 'pass')).toBe(true)
  })

  test('a dead serial line', async () => {
    const timeouts = { 'bootloader-seconds': 1 }
    const got = await run({ timeouts, power: { on: 'true', off: board.facts.power.off } })
    expect(why(got)).toMatch(/^infra LAB_FAILED: console: not one byte within 1 s after power-on/)
    expect(got.code).toBe(3)
  })

  test('a bootloader that never comes to its prompt', async () => {
    const timeouts = { 'bootloader-seconds': 2 }
    const bootloader = { type: 'u-boot', 'stop-prompt': 'Press SPACE', prompt: 'never> ' } as const
    const got = await run({ timeouts, bootloader })
    expect(why(got)).toMatch(/^infra LAB_FAILED: bootloader: \d+ bytes within 2 s/)
    expect(got).toMatchObject({ code: 3, power: 'off' })
  })

  test('a file that the TFTP server does not have', async () => {
    const tftp = { directory: out, 'server-address': '10.0.2.2' }
    const got = await run({ network: { tftp } })
    expect(why(got)).toMatch(/^infra LAB_FAILED: transfer: kernel .*: the TFTP server does not have the file/)
    expect(got).toMatchObject({ code: 3, power: 'off' })
  })

  test('a transfer that stalls', async () => {
    const tftp = { directory: join(board.folder, 'tftp'), 'server-address': '10.0.2.99' }
    const got = await run({ network: { tftp }, timeouts: { 'transfer-seconds': 3 } })
    expect(why(got)).toMatch(/^infra LAB_FAILED: transfer: kernel .* did not end within 3 s/)
    expect(got).toMatchObject({ code: 3, power: 'off' })
  })

  test('files that overlap in memory', async () => {
    const bootloader = { type: 'u-boot', 'ramdisk-address': '40500000' } as const
    const got = await run({ bootloader })
    expect(why(got)).toMatch(/^infra LAB_FAILED: transfer: the kernel in the board's memory is not what was sent/)
    expect(got.code).toBe(3)
  })

  test('an image that the bootloader refuses', async () => {
    const bootloader = { type: 'u-boot', 'fdt-address': '41000000' } as const
    const got = await run({ bootloader })
    expect(why(got)).toMatch(/^infra LAB_FAILED: start kernel: booti .*: there is no device tree/)
    expect(got).toMatchObject({ code: 3, power: 'off', record: { kernel_started: false } })
  })
})
