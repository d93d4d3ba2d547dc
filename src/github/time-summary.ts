import { readStage } from '#files/stage-directory'
import { findStages } from '#report/find-stages'
import { formatDuration } from '#report/format-duration'
import { codeCell } from '#report/markdown/code'

/** Jobs that the table names; the sums count all. */
const mostListed = 100

/** One build or run and how long it took. */
export interface JobTime {
  readonly kind: 'build' | 'run'
  readonly name: string
  /** Milliseconds since 1970. */
  readonly started: number
  readonly seconds: number
}

/** How long each build and run below the directories took; nothing for a directory that holds none. */
export async function readJobTimes(directories: readonly string[]): Promise<readonly JobTime[]> {
  const stages = directories.length === 0 ? [] : await findStages(directories, 'current').catch(() => [])
  const times: JobTime[] = []
  for (const { kind, directory } of stages) {
    const record = await readStage(kind, directory, { allowUnfinished: true }).catch(() => undefined)
    if (record === undefined) continue
    const name = record.kind === 'build' ? record.name : record.environment
    times.push({ kind, name, started: Date.parse(record.started), seconds: record.duration_seconds })
  }
  return times
}

/**
 * What the run took, as markdown: wall time from the first build's start to `now`,
 * minutes of all builds and runs, and of each, the longest first.
 *
 * @param now milliseconds since 1970
 */
export function timeSummary(times: readonly JobTime[], now: number): string {
  if (times.length === 0) return ''
  const first = Math.min(...times.map(({ started }) => started))
  const sum = (kind: JobTime['kind']): string => {
    const some = times.filter((time) => time.kind === kind)
    const seconds = some.reduce((all, time) => all + time.seconds, 0)
    return `${some.length} ${kind}${some.length === 1 ? '' : 's'} in ${minutes(seconds)} min`
  }
  const all = times.reduce((total, time) => total + time.seconds, 0)
  const rows = times
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, mostListed)
    .map(({ kind, name, seconds }) => `| ${kind} | ${codeCell(name)} | ${minutes(seconds)} |`)
  const title = times.length > mostListed ? `the ${mostListed} longest of ${times.length} jobs` : 'minutes of each job'
  return [
    `**Wall time ${formatDuration((now - first) / 1000)}**, ${minutes(all)} minutes of work: ${sum('build')}, ${sum('run')}.`,
    `<details><summary>${title}</summary>\n\n| | job | minutes |\n|---|---|--:|\n${rows.join('\n')}\n</details>`,
  ].join('\n\n')
}

function minutes(seconds: number): string {
  return (seconds / 60).toFixed(1)
}
