// The speed of booting, as ratios in one run: lkft against QEMU alone with the same hardware and kernel.
// node bench/boot.ts [rounds] [cold|copies|panics|quiet|shards …]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedBuild } from '../test/support/shared-kernel.ts'
import { bootOnce, machineOf, rawBoot, type Times } from './boot/boots.ts'
import { median, spread } from './boot/statistics.ts'

const rounds = Number(process.argv[2] ?? 5)
const build = await sharedBuild('x86_64')
const folder = await mkdtemp(join(tmpdir(), 'lkft-bench-boot-'))
const say = (text: string): void => void process.stdout.write(`${text}\n`)

async function cold(): Promise<void> {
  const machine = await machineOf(folder, build)
  const [ours, raw]: [Times[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    ours.push(await bootOnce(folder, ['--build', build, '--command', 'true']))
    raw.push(await rawBoot(machine))
  }
  const own = ours.map(({ command }) => command)
  const ratio = (median(own) / median(raw)).toFixed(2)
  const figure = `ratio ${ratio}: ${median(own).toFixed(2)} s (${spread(own)}) against ${median(raw).toFixed(2)} s (${spread(raw)}), medians of ${rounds} pairs`
  say(`cold boot to the first test command: ${figure}`)
}

async function copies(): Promise<void> {
  const words = ['--build', build, '--template', '--template-dir', join(folder, 'templates'), '--command', 'true']
  await bootOnce(folder, words)
  const times: Times[] = []
  for (let round = 0; round < rounds; round++) times.push(await bootOnce(folder, words))
  const first = times.map(({ firstByte }) => firstByte)
  const commands = times.map((time) => time.command)
  const figure = `first output byte ${median(first).toFixed(2)} s (${spread(first)}), first test command ${median(commands).toFixed(2)} s (${spread(commands)}) after the request, medians of ${rounds}`
  say(`copy of a frozen machine: ${figure}`)
}

async function panics(): Promise<void> {
  const seconds: number[] = []
  for (const boot of ['panic=-1', 'panic=0', 'panic=5']) {
    const command = 'echo c >/proc/sysrq-trigger; sleep 30'
    const times = await bootOnce(folder, ['--build', build, '--boot-args', boot, '--command', command])
    seconds.push(times.verdictAfterPanic)
  }
  const figure = `at most ${Math.max(...seconds).toFixed(2)} s from the panic line to the end of the run, with panic=-1, 0 and 5`
  say(`panic in a test: ${figure}`)
}

async function shards(): Promise<void> {
  const many = Array.from({ length: 100 }, (_, index) => ['--command', `sleep 1 # ${index}`]).flat()
  const one = await bootOnce(folder, ['--build', build, ...many])
  const two = await bootOnce(folder, ['--build', build, '--shards', '2', ...many])
  const figure = `ratio ${(two.total / one.total).toFixed(2)}: ${two.total.toFixed(1)} s against ${one.total.toFixed(1)} s, boots included`
  say(`100 tests of one second over 2 shards: ${figure}`)
}

async function quiet(): Promise<void> {
  const short = await bootOnce(folder, ['--build', build, '--command', 'sleep 1'])
  const long = await bootOnce(folder, ['--build', build, '--command', 'sleep 21'])
  const share = ((long.hostCpu - short.hostCpu) / 20) * 100
  const figure = `${Math.max(0, share).toFixed(1)} % of a core over 20 s, lkft's own process`
  say(`a quiet machine: ${figure}`)
}

const parts: Readonly<Record<string, () => Promise<void>>> = { cold, copies, panics, quiet, shards }
const wanted = process.argv.slice(3)
try {
  for (const [name, part] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await part()
} finally {
  await rm(folder, { recursive: true, force: true })
}
