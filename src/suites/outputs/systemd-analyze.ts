import { measured, type OutputReader, type Reading, withoutColours } from '#suites/outputs/output-reader'

const units: Readonly<Record<string, number>> = { h: 3600, min: 60, s: 1, ms: 0.001, us: 0.000_001, µs: 0.000_001 }
const duration = String.raw`(?:\d+(?:\.\d+)?(?:h|min|ms|us|µs|s)\s?)+`
const startup = new RegExp(`(${duration})\\((firmware|loader|kernel|initrd|userspace)\\)`, 'g')
const total = new RegExp(`= (${duration})$`)
const blame = new RegExp(
  `^\\s*(${duration})\\s*(\\S+\\.(?:service|device|mount|target|socket|timer|swap|slice|scope|path|automount))$`,
)

/** Seconds of `1min 2.345s`. */
export function readSeconds(text: string): number {
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(h|min|ms|us|µs|s)/g)
  return [...parts].reduce((sum, [, value, unit]) => sum + Number(value) * (units[unit ?? ''] ?? 0), 0)
}

/** systemd-analyze time (`kernel`, `userspace`, …, `total`) and blame (each unit), in seconds. */
export function readSystemdAnalyze(): OutputReader {
  const rounded = (text: string): number => Number(readSeconds(text).toFixed(6))
  return {
    push: (raw) => {
      const line = withoutColours(raw)
      if (line.startsWith('Startup finished in ')) {
        const parts = [...line.matchAll(startup)].map(([, time = '', name = '']) => measured(name, rounded(time), 's'))
        const whole = total.exec(line)
        return whole === null ? parts : [...parts, measured('total', rounded(whole[1] ?? ''), 's')]
      }
      const match = blame.exec(line)
      const readings: Reading[] = match === null ? [] : [measured(match[2] ?? '', rounded(match[1] ?? ''), 's')]
      return readings
    },
    end: () => [],
  }
}
