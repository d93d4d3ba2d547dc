import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import type { SiteMetrics } from '#report/site/site-data'
import type { IndexedBuild } from '#results/repository/layout'
import type { StoredMetric } from '#results/repository/metrics-file'

/** Everything that builds measured, as a series for each environment and test. */
export async function collectMetrics(directory: string, builds: readonly IndexedBuild[]): Promise<SiteMetrics> {
  const measured = builds.filter(({ metrics }) => metrics !== undefined)
  const series = new Map<string, { -readonly [Key in keyof StoredSeries]: StoredSeries[Key] }>()
  for (const [index, { metrics = '' }] of measured.entries()) {
    for (const [environment, suite, test, unit, value] of await readMetrics(directory, metrics)) {
      const key = [suite, test, environment].join('\0')
      let known = series.get(key)
      if (known === undefined) {
        known = { environment, suite, test, unit, values: Array.from({ length: measured.length }, () => null) }
        series.set(key, known)
      }
      known.values[index] = value
    }
  }
  return { version: 1, builds: measured.map(({ id }) => id), series: [...series.values()] }
}

interface StoredSeries extends Omit<SiteMetrics['series'][number], 'values'> {
  readonly values: (number | null)[]
}

async function readMetrics(directory: string, file: string): Promise<readonly StoredMetric[]> {
  try {
    if (!(await lstat(join(directory, file))).isFile()) throw new Error('it is not a plain file')
    const list = JSON.parse(await readFile(join(directory, file), 'utf8')) as readonly StoredMetric[]
    if (Array.isArray(list) && list.every((metric) => metric.length === 5 && Number.isFinite(metric[4]))) return list
    throw new Error('it is no list of measurements')
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${file}: ${(error as Error).message}`, { cause: error })
  }
}
