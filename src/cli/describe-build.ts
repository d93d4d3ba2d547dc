import { resolve } from 'node:path'
import type { Build } from '#schema/documents'
import { printable } from '#log/printable'

/** What a person reads after a build: targets, artifacts, diagnostics, where it all is. */
export function describeBuild(build: Build, outputDir: string): readonly string[] {
  const lines = build.targets.map(
    ({ name, status, duration_seconds, shared, reason }) =>
      `${status.padEnd(7)} ${name.padEnd(14)} ${duration_seconds.toFixed(1).padStart(7)} s${shared ? ' (shared)' : ''}${reason === null ? '' : `  ${reason}`}`,
  )
  for (const { name, size } of build.artifacts) lines.push(`        ${name.padEnd(20)} ${formatSize(size)}`)
  const { errors, warnings } = build.diagnostics
  lines.push(`${errors} errors, ${warnings} warnings`, ...describeComparison(build))
  if (build.cause !== null) lines.push(`${build.verdict}: ${build.cause.message}`)
  if (build.cause?.hint !== undefined) lines.push(build.cause.hint)
  lines.push(`${build.name}: ${build.verdict} in ${build.duration_seconds.toFixed(1)} s, in ${resolve(outputDir)}`)
  return lines.map(printable)
}

/** Changes of size that a terminal has room for. */
const mostChanges = 10

function describeComparison({ baseline, compiler_cache: cache, reused }: Build): readonly string[] {
  const lines: string[] = []
  if (cache !== undefined) lines.push(`${cache.tool}: ${cache.hits} hits, ${cache.misses} misses`)
  if (reused !== undefined) lines.push(`not built again: this is the build of ${reused.built}`)
  if (baseline === undefined) return lines
  lines.push(`against ${baseline.name}: ${baseline.diagnostics.new} new, ${baseline.diagnostics.fixed} fixed messages`)
  for (const { what, before, after } of baseline.sizes.slice(0, mostChanges)) {
    const change = (after ?? 0) - (before ?? 0)
    lines.push(`        ${what.padEnd(30)} ${change > 0 ? '+' : ''}${change} bytes`)
  }
  const more = baseline.sizes.length - mostChanges
  return more > 0 ? [...lines, `        and ${more} more in build.json`] : lines
}

function formatSize(bytes: number): string {
  return bytes < 10_000_000 ? `${(bytes / 1000).toFixed(0)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
