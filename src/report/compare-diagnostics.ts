import type { SideBuild } from '#report/read-side'
import type { Diagnostic, Report } from '#schema/documents'

/**
 * Warnings and errors of a build that its baseline has not, and those it has no
 * more. They are the same when tool, level, file, flag and message are; lines may
 * move. Of several alike only the surplus is new. Nothing is called fixed by a
 * build that failed: what it did not reach is not mended.
 */
export function compareDiagnostics(
  baseline: ReadonlyMap<string, SideBuild>,
  current: ReadonlyMap<string, SideBuild>,
): Report['diagnostics'] {
  const changes: Report['diagnostics'] = []
  for (const [name, after] of current) {
    const before = baseline.get(name)
    if (before === undefined) continue
    for (const diagnostic of surplus(after, before)) changes.push(describe('new', name, diagnostic))
    if (after.record.verdict !== 'pass') continue
    for (const diagnostic of surplus(before, after)) changes.push(describe('fixed', name, diagnostic))
  }
  return changes.sort(order)
}

function* surplus(of: SideBuild, over: SideBuild): Generator<Diagnostic, void, void> {
  for (const [key, all] of of.diagnostics) {
    const others = over.diagnostics.get(key) ?? []
    if (all.length <= others.length) continue
    const lines = new Set(others.map(({ line }) => line))
    const moved = all.filter(({ line }) => !lines.has(line))
    yield* (moved.length >= all.length - others.length ? moved : all).slice(0, all.length - others.length)
  }
}

function describe(
  changeClass: 'new' | 'fixed',
  build: string,
  { tool, level, file, line, flag, message }: Diagnostic,
): Report['diagnostics'][number] {
  return { class: changeClass, build, tool, level, file, line, flag, message }
}

type Entry = Report['diagnostics'][number]

function order(a: Entry, b: Entry): number {
  return (
    Number(a.class === 'fixed') - Number(b.class === 'fixed') ||
    Number(a.level !== 'error') - Number(b.level !== 'error') ||
    compareText(a.file ?? '', b.file ?? '') ||
    (a.line ?? 0) - (b.line ?? 0) ||
    compareText(a.message, b.message) ||
    compareText(a.build, b.build)
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
