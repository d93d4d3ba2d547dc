import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Annotation } from '#github/annotations'
import { codeBlock, codeCell, codeSpan } from '#report/markdown/code'
import type { Build, Diagnostic } from '#schema/documents'

/** Messages that a summary and the annotations look at; diagnostics.ndjson has them all. */
const mostRead = 200

/**
 * The warnings and errors of a build directory, at most 200: errors first, and of
 * each level those that the baseline has not, then those in files that the tested
 * commit changed.
 *
 * @param changed paths below the tree; empty when they are not known
 */
export async function readProblems(
  directory: string,
  changed: ReadonlySet<string> = new Set(),
): Promise<readonly Diagnostic[]> {
  const fresh = new Set(
    (await readLines(join(directory, 'diagnostics-new.ndjson'))).map((each) => JSON.stringify(each)),
  )
  const rank = (each: Diagnostic): number =>
    (each.level === 'error' ? 0 : 4) +
    (fresh.has(JSON.stringify(each)) ? 0 : 2) +
    (each.file !== null && changed.has(each.file) ? 0 : 1)
  const problems = await readLines(join(directory, 'diagnostics.ndjson'))
  return problems.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostRead)
}

async function readLines(file: string): Promise<readonly Diagnostic[]> {
  if (
    await access(file).then(
      () => false,
      () => true,
    )
  )
    return []
  const problems: Diagnostic[] = []
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (line === '') continue
    const diagnostic = JSON.parse(line) as Diagnostic
    if (diagnostic.level === 'note') continue
    problems.push(diagnostic)
    if (problems.length >= mostRead * 10) break
  }
  return problems
}

/** One annotation per message, on its line of the diff. */
export function problemAnnotations(problems: readonly Diagnostic[], build: string): readonly Annotation[] {
  return problems.map(({ level, message, flag, file, line, tool }) => ({
    level: level === 'error' ? 'error' : 'warning',
    title: `${build}: ${tool}`,
    message: flag === null ? message : `${message} [${flag}]`,
    file: file ?? undefined,
    line: line ?? undefined,
  }))
}

/** The job summary of one build. */
export function buildSummary(build: Build, problems: readonly Diagnostic[]): string {
  const { errors, warnings } = build.diagnostics
  const facts: [string, string][] = [
    ['Kernel', codeCell(build.source.kernel_release ?? build.source.kernel_version)],
    ['Compiler', codeCell(build.compiler?.full ?? 'none')],
    ['Configuration', codeCell([build.request.kconfig, ...build.request.kconfig_add].join(', '))],
    ['Time', `${Math.round(build.duration_seconds)} s`],
    ['Errors, warnings', `${errors}, ${warnings}`],
    ...comparison(build),
    ...(build.cause === null ? [] : [['Cause', codeCell(build.cause.message)] as [string, string]]),
  ]
  const targets = build.targets.map(({ name, status, duration_seconds, reason }) =>
    row(codeCell(name), status, `${duration_seconds.toFixed(1)} s`, codeCell(reason ?? '')),
  )
  return [
    `## Build ${codeSpan(build.name)}: ${build.verdict ?? 'unfinished'}`,
    ['| | |', '|---|---|', ...facts.map(([name, value]) => row(name, value))].join('\n'),
    ['| Target | Status | Time | Why |', '|---|---|---|---|', ...targets].join('\n'),
    ...sizeTable(build),
    ...(problems.length === 0 ? [] : [problemList(problems, errors + warnings)]),
    ...(build.reproduce === null ? [] : [`Again on your machine:\n\n${codeBlock(build.reproduce)}`]),
  ].join('\n\n')
}

function comparison({ baseline, compiler_cache: cache, reused }: Build): readonly [string, string][] {
  return [
    ...(baseline === undefined
      ? []
      : [
          ['Against', codeCell(baseline.name)] as [string, string],
          ['New, fixed messages', `${baseline.diagnostics.new}, ${baseline.diagnostics.fixed}`] as [string, string],
        ]),
    ...(cache === undefined
      ? []
      : [['Compiler cache', `${cache.hits} hits, ${cache.misses} misses`] as [string, string]]),
    ...(reused === undefined ? [] : [['Not built again', `the build of ${reused.built}`] as [string, string]]),
  ]
}

/** Sizes that a summary shows; build.json has them all. */
const mostSizes = 15

function sizeTable({ baseline }: Build): readonly string[] {
  const changes = baseline?.sizes.slice(0, mostSizes) ?? []
  if (changes.length === 0) return []
  const rows = changes.map(({ what, before, after }) => {
    const change = (after ?? 0) - (before ?? 0)
    return row(codeCell(what), String(before ?? ''), String(after ?? ''), `${change > 0 ? '+' : ''}${change}`)
  })
  return [['| Bytes | Before | After | Change |', '|---|---|---|---|', ...rows].join('\n')]
}

function problemList(problems: readonly Diagnostic[], total: number): string {
  const lines = problems.map(({ level, file, line, message, flag }) => {
    const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}: `
    return `${place}${level}: ${message}${flag === null ? '' : ` [${flag}]`}`
  })
  const title = `${problems.length} of ${total} errors and warnings`
  return `<details><summary>${title}</summary>\n\n${codeBlock(lines.join('\n'), '', 60_000)}\n</details>`
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}
