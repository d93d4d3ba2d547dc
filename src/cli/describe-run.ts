import type { Run } from '#schema/documents'

/** A finished run in a few lines for a person: verdict and cause, suites, crashes, where the files are. */
export function describeRun(run: Run, directory: string): readonly string[] {
  const { counts, verdict, cause, timings, crashes } = run
  const booted = timings.boot_seconds === null ? 'no shell' : `shell after ${timings.boot_seconds.toFixed(2)} s`
  return [
    `${verdict}: ${run.board ?? run.device}, ${booted}, ${counts.pass} passed, ${counts.fail} failed, ${counts.skip} skipped`,
    ...(cause === null ? [] : [`  ${cause.code}: ${cause.message}`]),
    ...(cause?.hint === undefined ? [] : [`  ${cause.hint}`]),
    ...run.suites.map(
      ({ name, verdict: own, message }) => `  ${name}: ${own}${message === null ? '' : ` (${message})`}`,
    ),
    ...crashes.map(({ kind, title, test }) => `  ${kind}: ${title}${test === null ? '' : ` in ${test}`}`),
    `  in ${directory}`,
  ]
}
