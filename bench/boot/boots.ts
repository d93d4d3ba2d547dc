import { spawn } from 'node:child_process'
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cpioFile, cpioTrailer, fileType } from '#files/cpio'
import { splitWords } from '#process/split-words'

const lkft = join(import.meta.dirname, '../../src/cli/main.ts')
const cacheDirectory = join(import.meta.dirname, '../../.cache/lkft')

/** What one `lkft boot` took, in seconds. */
export interface Times {
  /** From QEMU's start, or a copy's request, to the first byte on the console or second port. */
  readonly firstByte: number
  /** From there to the begin of the first test command. */
  readonly command: number
  /** From the first line of a panic to the end of the run; NaN without a panic. */
  readonly verdictAfterPanic: number
  /** Whole run, as run.json has it. */
  readonly total: number
  /** CPU of lkft's own process. */
  readonly hostCpu: number
}

interface Record {
  readonly duration_seconds: number
  readonly timings: { readonly first_output_seconds?: number | null; readonly first_command_seconds?: number | null }
  readonly emulator: { readonly command: string } | null
}

/** Runs `lkft boot` once, in a process of its own. */
export async function bootOnce(folder: string, words: readonly string[]): Promise<Times> {
  const output = await mkdtemp(join(folder, 'run-'))
  const { hostCpu } = await lkftBoot([...words, '--accel', 'tcg', '--output-dir', output])
  const run = JSON.parse(await readFile(join(output, 'run.json'), 'utf8')) as Record
  const { first_output_seconds: firstByte, first_command_seconds: command } = run.timings
  return {
    firstByte: firstByte ?? Number.NaN,
    command: command ?? Number.NaN,
    verdictAfterPanic: run.duration_seconds - (await panicAt(output)),
    total: run.duration_seconds,
    hostCpu,
  }
}

/** CPU seconds are told by a line that the child itself prints at its end. */
async function lkftBoot(words: readonly string[]): Promise<{ readonly hostCpu: number }> {
  const script = `process.on('exit', () => { const { user, system } = process.cpuUsage(); console.error('cpu', (user + system) / 1e6) })`
  const preload = `data:text/javascript,${encodeURIComponent(script)}`
  const child = spawn(process.execPath, ['--import', preload, lkft, 'boot', ...words], {
    env: { ...process.env, LKFT_CACHE_DIR: cacheDirectory },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await new Promise((resolve) => child.once('close', resolve))
  const cpu = /^cpu ([\d.]+)$/m.exec(said)?.[1]
  if (cpu === undefined) throw new Error(`lkft boot said no CPU time:\n${said}`)
  return { hostCpu: Number(cpu) }
}

async function panicAt(output: string): Promise<number> {
  const lines = (await readFile(join(output, 'console.ndjson'), 'utf8')).trim().split('\n')
  const rows = lines.map((line) => JSON.parse(line) as { text: string; seconds: number })
  return rows.find(({ text }) => text.includes('Kernel panic - not syncing'))?.seconds ?? Number.NaN
}

/** The command of a machine that lkft starts, with its kernel and initramfs. */
export async function machineOf(folder: string, build: string): Promise<readonly string[]> {
  const output = await mkdtemp(join(folder, 'run-'))
  await lkftBoot(['--build', build, '--command', 'true', '--accel', 'tcg', '--output-dir', output])
  const { emulator } = JSON.parse(await readFile(join(output, 'run.json'), 'utf8')) as Record
  return rawMachine(splitWords(emulator?.command ?? ''), folder)
}

const ownWord = 'shell-is-here'

/** The same machine without lkft's connections; its init does what lkft's does, then says a word where the runner would start. */
async function rawMachine(argv: readonly string[], folder: string): Promise<readonly string[]> {
  const init = (await readFile(join(import.meta.dirname, '../../rootfs/init'), 'utf8')).replace(
    /exec sh \/lkft\/runner\s*$/,
    `echo ${ownWord}; exec sleep 1000\n`,
  )
  const words = argv.filter((word, index) => !ours(word) && !ours(argv[index + 1] ?? ''))
  const initrd = words.indexOf('-initrd') + 1
  const append = words.indexOf('-append') + 1
  const raw = join(folder, 'raw.cpio')
  const overlay = Buffer.concat([cpioFile('init', fileType.regular | 0o755, init), cpioTrailer()])
  await writeFile(raw, Buffer.concat([await readFile(words[initrd] ?? ''), overlay]))
  return words.with(initrd, raw).with(append, `${words[append]} kunit.enable=0 printk.devkmsg=on`)
}

/** The words of lkft's second port and control connection. */
function ours(word: string): boolean {
  return /^socket,|chardev=(?:port|control)\b/.test(word)
}

/** Seconds from the start of QEMU by hand to its shell's word. */
export async function rawBoot(machine: readonly string[]): Promise<number> {
  const started = performance.now()
  // A pipe of the system, as lkft has one: Node's own is a socket pair.
  const child = spawn('sh', ['-c', '"$@" | cat', 'sh', ...machine], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  try {
    return await new Promise<number>((resolve, reject) => {
      let said = ''
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString('latin1')
        if (said.includes(ownWord)) resolve((performance.now() - started) / 1000)
      })
      child.once('close', () => reject(new Error(`QEMU ended:\n${said}`)))
    })
  } finally {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
}
