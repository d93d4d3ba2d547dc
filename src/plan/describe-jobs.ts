import { printable } from '#log/printable'
import type { Jobs } from '#schema/documents'

const mostSkipped = 30

/** Lines that explain a plan to a person: its jobs, what they cost, what is skipped and why. */
export function describeJobs(jobs: Jobs): readonly string[] {
  const { builds, boots, labs, skipped, shards } = jobs
  const names = new Map(builds.map(({ id, name }) => [id, name]))
  const buildOf = ({ build }: { build: string | null }): string => (build === null ? '' : (names.get(build) ?? ''))
  return [
    `${jobs.name}: ${count(builds, 'build')}, ${count(boots, 'boot')}, ${count(labs, 'board run')}`,
    ...section(
      'Builds',
      ['id', 'name', 'architecture', 'toolchain', 'configuration', 'cache key', 'min'],
      builds,
      (cell) => [
        cell.id,
        cell.name,
        cell.target_arch,
        cell.toolchain,
        [cell.kconfig, ...cell.kconfig_add].join(' + '),
        cell.key,
        minutes(cell.minutes),
      ],
    ),
    ...section('Boots', ['id', 'device', 'build', 'suites', 'part', 'min'], boots, (cell) => [
      cell.id,
      cell.device,
      cell.kernel ?? buildOf(cell),
      cell.suites.join(' '),
      cell.shard === null ? '' : `${cell.shard.index}/${cell.shard.count}`,
      minutes(cell.minutes),
    ]),
    ...section('Boards', ['id', 'board', 'build', 'suites', 'runner', 'min'], labs, (cell) => [
      cell.id,
      cell.board,
      buildOf(cell),
      cell.suites.join(' '),
      cell.runs_on.join(' '),
      minutes(cell.minutes),
    ]),
    ...section('Skipped', ['what', 'name', 'why'], skipped.slice(0, mostSkipped), (one) => [
      one.kind,
      one.name,
      one.reason,
    ]),
    ...(skipped.length > mostSkipped ? [`  … and ${skipped.length - mostSkipped} more (--json lists all)`] : []),
    ...cacheLines(jobs),
    '',
    costLine(jobs),
    ...(shards.length > 1 ? [`${shards.length} shards, the longest ${minutes(longest(jobs))} minutes of jobs`] : []),
  ].map(printable)
}

/** What a build may be taken from instead of being made; its whole key has the tree and the image too. */
function cacheLines({ builds }: Jobs): readonly string[] {
  if (builds.length === 0) return []
  const without = builds.filter(({ runtime }) => runtime === null || runtime === 'null')
  const reusable = builds.length - without.length
  return [
    '',
    'Caches',
    '  source      fetched once per run, then an artifact',
    '  cache key   what shapes the kernel, without tree and image; equal ones are built once',
    `  reuse       ${count(builds.slice(0, reusable), 'build')} can be taken from a reuse folder: cache key, tree, image digest`,
    ...(without.length === 0
      ? []
      : [`              ${without.length} not: the compilers of the machine itself have no digest (runtime null)`]),
  ]
}

function costLine({ builds, boots, labs }: Jobs): string {
  const total = sum([...builds, ...boots, ...labs])
  return `About ${minutes(total)} minutes of runner time (builds ${minutes(sum(builds))}, boots ${minutes(sum(boots))}, boards ${minutes(sum(labs))})`
}

function sum(cells: readonly { readonly minutes: number }[]): number {
  return cells.reduce((total, cell) => total + cell.minutes, 0)
}

function longest({ shards }: Jobs): number {
  return shards.reduce((most, shard) => Math.max(most, shard.minutes), 0)
}

function section<Row>(
  title: string,
  head: readonly string[],
  rows: readonly Row[],
  columns: (row: Row) => readonly string[],
): readonly string[] {
  if (rows.length === 0) return []
  const table = [head, ...rows.map(columns)]
  const widths = head.map((_, column) => table.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0))
  const lines = table.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  )
  return ['', title, ...lines]
}

function count(cells: readonly unknown[], noun: string): string {
  return `${cells.length} ${noun}${cells.length === 1 ? '' : 's'}`
}

function minutes(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value))
}
