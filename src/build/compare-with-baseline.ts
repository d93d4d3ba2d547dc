import { join } from 'node:path'
import { compareSizes } from '#build/compare-sizes'
import { compareDiagnostics, type DiagnosticDifference } from '#build/diagnostics/compare-diagnostics'
import { readDiagnostics } from '#build/diagnostics/read-diagnostics'
import type { Sizes } from '#build/measure-sizes'
import { readStage } from '#files/stage-directory'
import { writeAtomic } from '#files/write-atomic'
import type { Build, Diagnostic } from '#schema/documents'

/** A build that another is compared with. */
export interface Baseline {
  readonly record: Build
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads the directory of a finished build.
 *
 * @throws LkftError BAD_DOCUMENT, STAGE_UNFINISHED
 */
export async function readBaseline(directory: string): Promise<Baseline> {
  const record = await readStage('build', directory)
  return { record, diagnostics: await readDiagnostics(join(directory, 'diagnostics.ndjson')) }
}

/** The difference to the baseline, as build.json has it, and the messages themselves. */
export function compareWithBaseline(
  baseline: Baseline,
  diagnostics: readonly Diagnostic[],
  sizes: Sizes | undefined,
): { readonly summary: NonNullable<Build['baseline']>; readonly difference: DiagnosticDifference } {
  const { record } = baseline
  const difference = compareDiagnostics(baseline.diagnostics, diagnostics)
  const summary = {
    name: record.name,
    commit: record.source.git?.commit ?? null,
    kernel_version: record.source.kernel_version,
    diagnostics: { new: difference.fresh.length, fixed: difference.fixed.length },
    sizes: record.sizes === undefined || sizes === undefined ? [] : [...compareSizes(record.sizes, sizes)],
  }
  return { summary, difference }
}

/** Files that hold what is new and what is gone. */
export const differenceFiles = ['diagnostics-new.ndjson', 'diagnostics-fixed.ndjson'] as const

/** Writes both files. */
export async function writeDifference(output: string, { fresh, fixed }: DiagnosticDifference): Promise<void> {
  const [newFile, fixedFile] = differenceFiles
  const lines = (items: readonly Diagnostic[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join('')
  await writeAtomic(join(output, newFile), lines(fresh))
  await writeAtomic(join(output, fixedFile), lines(fixed))
}
