import type { SideBuild } from '#report/read-side'
import type { Build, Report } from '#schema/documents'

/**
 * Builds that broke, mended or stayed broken. An infrastructure failure or an
 * interruption on either side says nothing about the kernel and is no change.
 */
export function compareBuilds(
  baseline: ReadonlyMap<string, SideBuild>,
  current: ReadonlyMap<string, SideBuild>,
): Report['build_changes'] {
  const changes: Report['build_changes'] = []
  for (const [name, { record, diagnostics }] of current) {
    const before = kernelVerdict(baseline.get(name)?.record)
    const after = kernelVerdict(record)
    if (after === undefined) continue
    const changeClass = classify(before, after)
    if (changeClass === undefined) continue
    const first = after === 'pass' ? undefined : firstError(diagnostics)
    changes.push({
      class: changeClass,
      build: name,
      before: baseline.get(name)?.record.verdict ?? null,
      after: record.verdict,
      message: first ?? record.cause?.message ?? null,
      reproduce: after === 'pass' ? null : record.reproduce,
    })
  }
  return changes.sort((a, b) => (a.build < b.build ? -1 : 1))
}

function classify(before: 'pass' | 'fail' | undefined, after: 'pass' | 'fail'): Entry['class'] | undefined {
  if (after === 'pass') return before === 'fail' ? 'fix' : undefined
  if (before === undefined) return 'new-failure'
  return before === 'pass' ? 'regression' : 'still-failing'
}

type Entry = Report['build_changes'][number]

/** Pass or fail of the kernel; undefined when the caller, the machine or a signal ended the build. */
function kernelVerdict(record: Build | undefined): 'pass' | 'fail' | undefined {
  switch (record?.verdict) {
    case 'pass':
      return 'pass'
    case 'fail':
    case 'timeout':
      return 'fail'
    default:
      return undefined
  }
}

function firstError(diagnostics: SideBuild['diagnostics']): string | undefined {
  for (const [first] of diagnostics.values()) {
    if (first?.level !== 'error') continue
    const place = first.file === null ? first.tool : first.line === null ? first.file : `${first.file}:${first.line}`
    return `${place}: ${first.message}`
  }
  return undefined
}
