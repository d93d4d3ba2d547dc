import { runForOutput } from '#process/run-command'

export interface Throughput {
  readonly requestsPerSecond: number
  readonly megabytesPerSecond: number
  readonly seconds: number
  readonly bytes: number
}

/** Loads one URL with `wrk` for some seconds. */
export async function loadWith(url: string, connections: number, seconds: number): Promise<Throughput> {
  const threads = Math.min(2, connections)
  const text = await runForOutput({
    argv: ['wrk', '-t', String(threads), '-c', String(connections), '-d', `${seconds}s`, '--timeout', '60s', url],
  })
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(`wrk saw errors: ${text}`)
  const rate = Number(/Requests\/sec: +([\d.]+)/.exec(text)?.[1])
  const [, amount = '', unit = ''] = /Transfer\/sec: +([\d.]+)([KMG]?B)/.exec(text) ?? []
  const scale: Readonly<Record<string, number>> = { B: 1e-6, KB: 1024e-6, MB: 1.048576, GB: 1073.741824 }
  const megabytesPerSecond = Number(amount) * (scale[unit] ?? 0)
  return { requestsPerSecond: rate, megabytesPerSecond, seconds, bytes: megabytesPerSecond * 1e6 * seconds }
}

export interface Fetched {
  readonly status: number
  readonly bytes: number
  readonly firstByteSeconds: number
  readonly totalSeconds: number
}

/** Fetches URLs all at once, with a client that costs little beside the server. */
export async function fetchAll(urls: readonly string[]): Promise<readonly Fetched[]> {
  const text = await runForOutput({
    argv: ['python3', new URL('./sink.py', import.meta.url).pathname, ...urls],
  })
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [status, bytes, first, total] = line.split(' ').map(Number)
      return { status: status ?? 0, bytes: bytes ?? 0, firstByteSeconds: first ?? 0, totalSeconds: total ?? 0 }
    })
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
