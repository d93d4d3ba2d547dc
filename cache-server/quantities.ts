const secondsPerUnit: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 }
/** A century: longer lives are as good as for ever and keep dates within what a number can hold. */
const longestTtl = 100 * 365 * 86_400

/** Seconds of a KissCache life such as `10d`, `4h`, `30m`, `15s`; undefined when it is none or is not above zero. */
export function parseTtl(text: string): number | undefined {
  const match = /^(\d{1,12})([dhms])$/.exec(text)
  const seconds = Number(match?.[1]) * (secondsPerUnit[match?.[2] ?? ''] ?? Number.NaN)
  return seconds > 0 ? Math.min(seconds, longestTtl) : undefined
}

/** A life in KissCache's words, in the largest unit that it is a whole number of. */
export function formatTtl(seconds: number): string {
  const [unit = 's', size = 1] =
    Object.entries(secondsPerUnit).find(([, one]) => seconds > 0 && seconds % one === 0) ?? []
  return `${seconds / size}${unit}`
}

const bytesPerUnit: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  kB: 1e3,
  KiB: 2 ** 10,
  MB: 1e6,
  MiB: 2 ** 20,
  GB: 1e9,
  GiB: 2 ** 30,
  TB: 1e12,
  TiB: 2 ** 40,
}

/** Bytes of `5GiB`, `200 MB` or a plain number; undefined when it is none. */
export function parseSize(text: string | number): number | undefined {
  if (typeof text === 'number') return Number.isSafeInteger(text) && text >= 0 ? text : undefined
  const match = /^(\d+(?:\.\d+)?)\s*([kKMGT]?i?B?)$/.exec(text.trim())
  const bytes = Math.floor(Number(match?.[1]) * (bytesPerUnit[match?.[2] ?? '?'] ?? Number.NaN))
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** Bytes for a person: `1.5 GiB`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 2 ** (10 * power)
  return `${power === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[power]}`
}
